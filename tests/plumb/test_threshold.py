"""plumb.threshold: what a stack is held to, and who reads it."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from plumb.threshold import (
    ALERT,
    AUTOSCALER,
    CANARY,
    DASHBOARD,
    HEALTH_CHECK,
    OPTIMIZER,
    all_thresholds,
)
from profiles.thresholds import AlarmThresholds, HealthThresholds, OptimizerThresholds
from tests.profiles.build import profile

ROOT = Path(__file__).parents[2]

GROUPS = {"health": HealthThresholds, "optimizer": OptimizerThresholds, "alarm": AlarmThresholds}

READERS = {
    "runtime/health": ("health", HEALTH_CHECK),
    "runtime/observability/container.py": ("health", HEALTH_CHECK),
    "runtime/optimization/rules.py": ("optimizer", OPTIMIZER),
    "runtime/observability/measurements.py": ("optimizer", OPTIMIZER),
    "infra/monitoring/view.py": ("alarm", DASHBOARD),
    "infra/monitoring": ("alarm", ALERT),
}
"""Modules that read thresholds: of which group, and as whom."""

NAMES = {"thresholds", "health", "fallback", "held", "alarms"}
"""What the modules call the thresholds that they are given."""


def read_in_code() -> Iterator[tuple[str, str]]:
    """Yield each threshold that the code reads, and the reader."""
    for package in ("runtime", "infra/monitoring"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            known = [READERS[prefix] for prefix in READERS if place.startswith(prefix)]
            for owner, name in _attributes(ast.parse(path.read_text(encoding="utf-8"))):
                if known and owner in NAMES:
                    group, reader = known[0]
                    yield ("health" if owner == "health" else group) + f".{name}", reader


def _attributes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node.value).rpartition(".")[2], node.attr


def test_the_readers_that_are_shown_are_those_in_the_code() -> None:
    """A threshold says who reads it as the code does: each reader is one, and none is left out."""
    shown = {
        (threshold.path, reader)
        for threshold in all_thresholds(profile(monitoring={"dashboard": True, "rules": True}))
        for reader in threshold.readers
        if threshold.path.partition(".")[0] in GROUPS
    }
    known = {f"{group}.{field.name}" for group, held in GROUPS.items() for field in fields(held)}
    assert shown == {(path, reader) for path, reader in read_in_code() if path in known}


@pytest.mark.parametrize(("group", "reader"), [("canary", CANARY), ("autoscaler", AUTOSCALER)])
def test_thresholds_of_parts_that_a_stack_lacks_are_not_shown(group: str, reader: str) -> None:
    """A plain fixed Deployment has neither a canary's nor an autoscaler's."""
    of = [one for one in all_thresholds(profile()) if one.path.startswith(f"{group}.")]
    assert of
    assert {one.readers for one in of} == {(reader,)}
    lean = all_thresholds(profile("document-000"))
    assert not [one for one in lean if one.path.startswith(f"{group}.")]
