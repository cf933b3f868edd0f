"""What the program tells Pulumi, for each stack file, in a preview and in an update."""

import re
from typing import Any

import pytest

from plumb.render import Rendered
from profiles import load_profile
from tests.infra.edit import edited
from tests.infra.registration import Registration, run
from tests.infra.world import World
from tests.stacks import STACKS, profile_json, rendered

_DEFAULT_SECONDS = 600
"""What Pulumi waits for a workload that states no timeout."""

_UNITS = {"s": 1, "m": 60, "h": 3600}
_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|API_KEY|_KEY$|DSN")
_HOLDING_DATA = {"Namespace", "PersistentVolumeClaim", "StatefulSet", "Cluster"}

both = pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
each_stack = pytest.mark.parametrize("stack", STACKS)


@each_stack
def test_an_update_registers_what_its_preview_showed(stack: str) -> None:
    """Nothing depends on what only the cluster decides, so that a preview tells the truth."""
    preview, update = run(stack, preview=True), run(stack, preview=False)
    assert {each.identity: each.inputs for each in preview.objects} == {
        each.identity: each.inputs for each in update.objects
    }
    assert preview.outputs == update.outputs


@each_stack
@both
def test_every_object_has_its_own_name_provider_and_predecessors(stack: str, preview: bool) -> None:
    """No random letters, no current context, no race with the namespace."""
    found = run(stack, preview=preview)
    for each in found.objects:
        assert each.inputs["metadata"].get("name"), each.request.name
        assert f"::{found.provider.name}::" in each.request.provider, each.identity
        assert not each.request.parent or "pulumi:pulumi:Stack" in each.request.parent
        assert each.request.dependencies or each.inputs["kind"] == "Namespace", each.identity
    names = [(each.request.type, each.request.name) for each in found.objects]
    assert len(set(names)) == len(names)


@each_stack
@both
def test_what_holds_data_is_protected_and_nothing_else(stack: str, preview: bool) -> None:
    """Where the profile retains data: namespace and claims stay, the database is not replaced."""
    keep = load_profile(profile_json(stack)).cluster.retain_data
    for each in run(stack, preview=preview).objects:
        kind = each.inputs["kind"]
        data = kind in _HOLDING_DATA and (kind != "StatefulSet" or _has_claims(each))
        assert each.request.protect == (keep and data), each.identity
        # A claim of a StatefulSet stays by its own policy; a server without a stack serves nobody.
        stays = keep and kind in {"Namespace", "PersistentVolumeClaim"}
        assert each.request.retainOnDelete == stays, each.identity


@each_stack
@both
def test_pulumi_waits_longer_than_a_rollout_takes(stack: str, preview: bool) -> None:
    """Otherwise a run fails that Kubernetes would have finished, or would have told why not."""
    for each in run(stack, preview=preview).objects:
        if each.inputs["kind"] not in {"Deployment", "StatefulSet"}:
            continue
        timeouts = each.request.customTimeouts
        for timeout in (timeouts.create, timeouts.update):
            waits = _seconds(timeout) if timeout else _DEFAULT_SECONDS
            assert waits > _deadline(each), each.identity


@each_stack
@both
def test_no_input_is_a_secret(stack: str, preview: bool) -> None:
    """CON-02, SEC-03: what is secret is named, and read by the kubelet alone."""
    for each in run(stack, preview=preview).objects:
        assert each.inputs["kind"] != "Secret"
        for variable in _variables(each.inputs):
            if _SECRET.search(variable["name"]) and not variable["name"].endswith("_FILE"):
                assert "value" not in variable, f"{each.identity} {variable}"
            assert not re.search(r"://[^/\s:]*:[^@\s]+@", variable.get("value", "")), each.identity


@each_stack
@both
def test_another_stack_learns_how_to_reach_this_one(stack: str, preview: bool) -> None:
    """Outputs for a StackReference: namespace, Service and the settings' hash."""
    outputs = run(stack, preview=preview).outputs
    assert {"config_hash", "namespace", "service"} <= outputs.keys()
    profile = load_profile(profile_json(stack))
    assert outputs["namespace"] == profile.cluster.namespace
    assert outputs["service"] == profile.workload.service_name


@pytest.mark.parametrize(
    "sections",
    [
        {"health": {"check_interval_seconds": 20}},
        {"addons": {"prometheus": {"scrape_interval_seconds": 10}}},
        {"database": {"server": {"max_connections": 210}}},
        {"monitoring": {"alarms": {"hold_seconds": 180}}},
    ],
    ids=["thresholds", "scraping", "database", "alarms"],
)
def test_an_edit_of_a_file_rolls_the_pods_that_read_it(sections: dict[str, Any]) -> None:
    """Each ConfigMap keeps its name, and its content's hash is in the pods: no gap, no old pod."""
    before, after = _files(rendered("production")), _files(edited("production", **sections))
    assert before.keys() == after.keys()
    changed = [key for key in before if before[key][0] != after[key][0]]
    assert [key for key in changed if before[key][1] == after[key][1]] == []


def _files(result: Rendered) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return each ConfigMap that pods mount, with its content and the pods' annotations."""
    world = World(result, load_profile(profile_json("production")))
    return {
        (pods.owner, name): (world.by_identity[f"ConfigMap/{name}"].body["data"], pods.annotations)
        for pods in world.pods
        if pods.serves
        for volume in pods.spec.get("volumes", [])
        for source in (volume, *volume.get("projected", {}).get("sources", []))
        if (name := source.get("configMap", {}).get("name"))
    }


def _has_claims(each: Registration) -> bool:
    return bool(each.inputs["spec"].get("volumeClaimTemplates"))


def _deadline(each: Registration) -> float:
    """Return how long Kubernetes itself gives one update, as far as the object says."""
    spec = each.inputs["spec"]
    containers = spec["template"]["spec"]["containers"]
    starts = [c["startupProbe"] for c in containers if "startupProbe" in c]
    start = max((p["periodSeconds"] * p["failureThreshold"] for p in starts), default=0)
    deadline: float = spec.get("progressDeadlineSeconds", start)
    return max(deadline, start)


def _seconds(duration: str) -> int:
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smh])", duration))


def _variables(value: Any) -> list[dict[str, Any]]:
    """Return every environment variable anywhere in an object."""
    if isinstance(value, list):
        return [found for item in value for found in _variables(item)]
    if not isinstance(value, dict):
        return []
    own = [item for item in value.get("env", []) if isinstance(item, dict)]
    return own + [found for item in value.values() for found in _variables(item)]
