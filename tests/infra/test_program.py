"""The program as a whole: every stack file, and any valid profile."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from plumb.render import Rendered, RenderError, render
from profiles import load_profile
from tests.infra.references import dangling
from tests.infra.schema import canary_violations, violations
from tests.stacks import STACKS, profile_json, rendered
from tests.strategies import profiles_json


@pytest.mark.parametrize("stack", STACKS)
def test_every_object_of_a_stack_satisfies_its_schema(stack: str) -> None:
    """Kubernetes' strict schemas find nothing wrong in a stack (INF-01)."""
    assert violations(rendered(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_canary_of_a_stack_satisfies_flaggers_crd(stack: str) -> None:
    """The CRD that Flagger ships finds nothing wrong, and no field unknown to it (INF-13)."""
    assert canary_violations(rendered(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_reference_of_a_stack_resolves(stack: str) -> None:
    """Selectors, ports, claims, accounts, Secrets and targets lead somewhere (INF-01)."""
    assert dangling(rendered(stack), load_profile(profile_json(stack))) == []


THOROUGH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(THOROUGH, max_examples=40)
@given(text=profiles_json())
def test_any_valid_profile_renders_a_stack_that_holds_together(text: str) -> None:
    """Whatever a valid profile says, schemas and references hold (CFG-01)."""
    result = render(text, "any")
    assert violations(result) + dangling(result, load_profile(text)) == []


@settings(THOROUGH, max_examples=10)
@given(text=profiles_json(shapes=("flagger",)))
def test_any_valid_profile_renders_a_canary_that_flagger_takes(text: str) -> None:
    """Whatever a valid analysis says, the CRD holds (INF-13)."""
    assert canary_violations(render(text, "any")) == []


def objects(result: Rendered, kind: str) -> list[str]:
    """Return the names of the objects of a kind."""
    return [manifest.name for manifest in result.manifests if manifest.kind == kind]


def test_development_has_no_autoscaler_budget_or_canary() -> None:
    """A stack that states null for a section has none of its objects (CON-19, CON-20)."""
    result = rendered("development")
    kinds = ("HorizontalPodAutoscaler", "PodDisruptionBudget", "Canary", "StatefulSet")
    assert [objects(result, kind) for kind in kinds] == [[], [], [], []]
    assert objects(result, "PersistentVolumeClaim") == ["orchestrator-checkpoints"]


@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_carries_a_secret(stack: str) -> None:
    """Secrets are named, never declared (SEC-03)."""
    assert objects(rendered(stack), "Secret") == []


def test_stack_outputs_name_namespace_service_and_config() -> None:
    """What a person, or another stack, needs to find the service is exported."""
    outputs = rendered("production").outputs
    assert sorted(outputs) == ["config_hash", "namespace", "service"]
    assert outputs["namespace"] == "bio-mcp-production"


def test_what_holds_data_is_protected_where_the_profile_retains_it() -> None:
    """Namespace and claims stay when the stack goes; the database refuses a replacement."""
    kept = {m.identity for m in rendered("production").manifests if m.retain}
    protected = {m.identity for m in rendered("production").manifests if m.protect}
    assert kept == {"Namespace/bio-mcp-production"}
    assert protected == kept | {"StatefulSet/postgres"}
    assert not any(m.retain or m.protect for m in rendered("development").manifests)


def test_a_stack_that_breaks_a_rule_fails_the_program() -> None:
    """CFG-12: a broken rule fails `pulumi preview` with its report, as it fails `plumb check`."""
    stated = json.dumps({"base": "recommended", "disruption": {"min_available": 3}})
    with pytest.raises(RenderError, match=r"PL004") as caught:
        render(stated, "broken")
    assert "breaks" in str(caught.value)
