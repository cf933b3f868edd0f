"""The program as a whole: every stack file, and any valid profile."""

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from plumb.render import Rendered, RenderError, render
from profiles import load_profile
from tests.infra.references import dangling, incoherent
from tests.infra.schema import custom_violations, violations
from tests.stacks import STACKS, profile_json, rendered
from tests.strategies import profiles_json

_EXAMPLES = int(os.environ.get("PLUMBLINE_EXAMPLES", "30"))
"""Profiles that are drawn; a nightly run draws more."""


def wrong(result: Rendered, text: str) -> list[str]:
    """Return everything that schemas, references and rules over objects hold against a render."""
    found = violations(result) + custom_violations(result) + incoherent(result)
    return found + dangling(result, load_profile(text))


@pytest.mark.parametrize("stack", STACKS)
def test_every_object_of_a_stack_is_valid_and_refers_to_what_is_there(stack: str) -> None:
    """Strict schemas of Kubernetes and of custom kinds hold, and all references (INF-01)."""
    assert wrong(rendered(stack), profile_json(stack)) == []


@pytest.mark.slow
@settings(suppress_health_check=list(HealthCheck), max_examples=_EXAMPLES, print_blob=True)
@given(text=profiles_json())
def test_any_valid_profile_renders_a_stack_that_holds_together(text: str) -> None:
    """Whatever a valid profile says, schemas, references and rules over objects hold (CFG-01)."""
    assert wrong(render(text, "any"), text) == []


def objects(result: Rendered, kind: str) -> list[str]:
    """Return the names of the objects of a kind."""
    return [manifest.name for manifest in result.manifests if manifest.kind == kind]


def test_development_has_no_autoscaler_budget_or_canary() -> None:
    """A stack that states null for a section has none of its objects (CON-19, CON-20)."""
    result = rendered("development")
    kinds = ("HorizontalPodAutoscaler", "PodDisruptionBudget", "Canary", "StatefulSet")
    assert [objects(result, kind) for kind in kinds] == [[], [], [], []]
    assert objects(result, "PersistentVolumeClaim") == ["orchestrator-checkpoints"]


def test_a_stack_that_breaks_a_rule_fails_the_program() -> None:
    """CFG-12: a broken rule fails `pulumi preview` with its report, as it fails `plumb check`."""
    stated: dict[str, Any] = {"base": "recommended", "disruption": {"min_available": 3}}
    with pytest.raises(RenderError, match=r"PL004") as caught:
        render(json.dumps(stated), "broken")
    assert "breaks" in str(caught.value)
