"""docs/fields.md says what follows from each field, and is in step with the code."""

from functools import cache

import pytest

from plumb.engine.difference import changes
from profiles import contract, load_profile
from tests.reference.page import PAGE, page
from tests.reference.program import objects
from tests.reference.trace import Uses, traced
from tests.stacks import STACKS, profile_json, rendered
from tests.test_fields import NOT_READ_YET

NOT_TRACED = {
    "overrides",  # changes what a rule's finding blocks, not what the rule compares
    "cluster.retain_data",  # is an option of the engine, in no object
    "workload.workers",  # takes one value only
    "addons.flagger.namespace",  # shows with an existing Flagger and managed add-ons alone
    "addons.gateway_api.provision",  # is read by `plumb up`
    "rollout.analysis.acceptance",  # null in every mode of the catalogue, as are its fields
    "rollout.analysis.acceptance.url",
    "rollout.analysis.acceptance.timeout_seconds",
}
"""Fields that a change of one value cannot show, each with the reason."""

_HASHES = (contract.CONFIG_FILE, contract.CONFIG_HASH_ANNOTATION)


@cache
def uses() -> dict[str, Uses]:
    """Return the trace of every field, made once."""
    return traced()


@pytest.mark.slow
def test_the_page_is_what_a_trace_says() -> None:
    """Whoever adds a field, an object or a rule and forgets `make docs` is told."""
    assert PAGE.read_text(encoding="utf-8") == page(uses())


@pytest.mark.slow
def test_every_field_that_something_reads_was_seen_to_change_something() -> None:
    """CFG-01: no field is traced to nothing but those that are named as not read yet."""
    silent = {
        path
        for path, found in uses().items()
        if not (found.objects or found.settings or found.derived or found.rules)
    }
    assert silent <= NOT_READ_YET | NOT_TRACED


@pytest.mark.slow
def test_a_memory_limit_is_traced_to_container_threshold_and_rule() -> None:
    """What a person knows of one field is what the trace found."""
    found = uses()["workload.resources.memory_limit_mib"]
    paths = found.objects["Deployment/bio-mcp-orchestrator"]
    assert any(path.endswith("resources.limits.memory") for path in paths)
    assert "thresholds.health.memory_limit_mib" in found.settings
    assert "PL023" in found.rules


@pytest.mark.parametrize("stack", STACKS)
def test_the_traced_program_declares_what_is_rendered(stack: str) -> None:
    """The short way to the objects gives those of `plumb render`, but for the file's hash."""
    traced_objects = objects(load_profile(profile_json(stack)))
    bodies = {f"{one.kind}/{one.name}": one.body for one in rendered(stack).manifests}
    assert traced_objects.keys() == bodies.keys()
    differing = [
        change.path
        for identity, body in bodies.items()
        for change in changes(body, traced_objects[identity])
    ]
    assert all(any(name in path for name in _HASHES) for path in differing)
