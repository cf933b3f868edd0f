"""What a program may state when it embeds the orchestrator."""

from dataclasses import replace
from typing import Any

import pytest

from runtime.errors import SettingsError
from runtime.settings import Settings, load_settings
from runtime.workflow.setup import embedded


@pytest.fixture
def plain() -> Settings:
    """Give the embedded defaults."""
    return load_settings({})


def test_places_and_limits_are_the_stacks_own_fields(plain: Settings) -> None:
    """WFO-01: one set of limits; what is not named stays as the settings have it."""
    found = embedded(plain, 7, {"cpu": 0.8, "memory": None})
    before = plain.config.execution.limits
    assert found.config.api.max_concurrent_graphs == 7
    assert found.config.execution.limits == replace(before, cpu_percent=80.0, memory_percent=None)
    assert embedded(plain, None, None) == plain


@pytest.mark.parametrize(
    ("places", "limits", "words"),
    [
        (0, None, "max_concurrent_workflows 0"),
        (None, {"gpu": 0.5}, "'gpu'; there are cpu, memory, disk"),
        (None, {"cpu": 80}, r"\['cpu'\] 80 is not a share"),
        (None, {"disk": 0.0}, r"\['disk'\] 0 is not a share"),
    ],
)
def test_a_limit_that_cannot_be_is_named(
    plain: Settings, places: int | None, limits: Any, words: str
) -> None:
    """CFG-04: a percent in place of a share would never be met, and is told."""
    with pytest.raises(SettingsError, match=words):
        embedded(plain, places, limits)
