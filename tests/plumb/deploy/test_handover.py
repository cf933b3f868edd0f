"""What is done to a cluster before and after an engine changes the rollout's mode."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plumb.deploy.handover import free_selector, hand_over, leave
from plumb.engine.engine import Release
from plumb.engine.plan import Action, Change, Plan
from plumb.kube.kubectl import Kubectl
from plumb.rollout import RolloutError
from tests.plumb.rollout.releases import release_of_stack

NAME = "bio-mcp-orchestrator"
CANARY = f"canaries.flagger.app/{NAME}"
SERVICE = f"service/{NAME}-service"

_PROGRAM = """#!{python} -IS
import json, sys
from pathlib import Path
state = Path({state!r})
cluster, words = json.loads(state.read_text()), sys.argv[4:]
cluster["asked"].append(words)
state.write_text(json.dumps(cluster))
name = words[1] if "/" in words[1] else words[1] + "/" + words[2]
if words[0] in cluster["refuses"]:
    sys.exit("error: " + cluster["refuses"][words[0]])
if words[0] == "get" and "canaries" in name and not cluster["knows_canaries"]:
    sys.exit("error: the server doesn't have a resource type")
found = cluster["objects"].get(name)
print(json.dumps(found) if words[0] == "get" and found else "")
"""
"""A program that stands in for kubectl: it has objects, and remembers what it was asked."""

Entry = dict[str, Any]


class Cluster:
    """A cluster that is a file."""

    def __init__(self, folder: Path, objects: dict[str, Any], **over: Any) -> None:
        """Fill it."""
        self._state, program = folder / "state.json", folder / "kubectl"
        state = {"asked": [], "objects": objects, "refuses": {}, "knows_canaries": True}
        self._state.write_text(json.dumps(state | over))
        program.write_text(_PROGRAM.format(python=sys.executable, state=str(self._state)))
        program.chmod(0o755)
        self.kubectl = Kubectl(program=program, context="test")

    def release(self, stack: str) -> Release:
        """Return a stack's release there."""
        return replace(release_of_stack(stack), kubectl=self.kubectl)

    def asked(self, verb: str) -> list[list[str]]:
        """Return the commands of a verb, without it."""
        asked: list[list[str]] = json.loads(self._state.read_text())["asked"]
        return [words[1:] for words in asked if words[0] == verb]

    def order(self) -> list[str]:
        """Return the verbs that change something, in their order."""
        asked: list[list[str]] = json.loads(self._state.read_text())["asked"]
        return [words[0] for words in asked if words[0] != "get"]


def owned_by(*managers: str) -> Entry:
    """Return a Service whose selector belongs to these, beside its ports."""
    entries = [
        {"manager": each, "fieldsV1": {"f:spec": {"f:selector": {}, "f:ports": {}}}}
        for each in managers
    ]
    return {"metadata": {"resourceVersion": "7", "managedFields": entries}}


def plan(action: Action) -> Plan:
    """Return a plan in which only the Canary changes."""
    return Plan(changes=(Change(action=action, kind="Canary", name=NAME),), unchanged=0)


def managed(patch: str) -> list[Entry]:
    """Return the managed fields that a patch leaves."""
    seen, replaced = json.loads(patch.removeprefix("--patch="))
    assert seen == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    entries: list[Entry] = replaced["value"]
    return entries


def test_nobody_owns_the_selector_where_a_canary_is_to_be(tmp_path: Path) -> None:
    """The engine would remove it, Flagger's would be a conflict; all else stays with its owner."""
    cluster = Cluster(tmp_path, {SERVICE: owned_by("helm", "flagger")})
    free_selector(cluster.release("production"))
    [[*_, patch]] = cluster.asked("patch")
    entries = managed(patch)
    assert [each["fieldsV1"] for each in entries] == [{"f:spec": {"f:ports": {}}}] * 2


def test_a_canary_that_is_to_go_frees_the_selector_too(tmp_path: Path) -> None:
    """So that the preview of the way back meets no conflict."""
    cluster = Cluster(tmp_path, {SERVICE: owned_by("flagger"), CANARY: {"metadata": {}}})
    free_selector(cluster.release("development"))
    assert cluster.order() == ["patch"]


@pytest.mark.parametrize("stack", ["production", "development"])
def test_a_selector_that_is_free_is_left_alone(stack: str, tmp_path: Path) -> None:
    """And so is a cluster without the Service, or without Flagger's kinds."""
    cluster = Cluster(tmp_path, {SERVICE: {"metadata": {"resourceVersion": "7"}}})
    free_selector(cluster.release(stack))
    assert cluster.order() == []
    empty = Cluster(tmp_path, {}, knows_canaries=False)
    free_selector(empty.release(stack))
    assert empty.order() == []


def under_flagger(phase: str, replicas: int = 2) -> dict[str, Any]:
    """Return the objects of a stack whose canary is in this phase."""
    primary = {"spec": {"replicas": replicas}}
    return {f"deployment/{NAME}-primary": primary, CANARY: {"status": {"phase": phase}}}


@pytest.mark.parametrize("phase", ["Failed", "Progressing", "Promoting"])
def test_a_version_that_no_analysis_has_passed_is_not_given_to_users(
    phase: str, tmp_path: Path
) -> None:
    """The Deployment keeps what was rolled back: scaled up, it would serve that."""
    cluster = Cluster(tmp_path, under_flagger(phase))
    with pytest.raises(RolloutError, match=f"is {phase}: .* no analysis has passed"):
        hand_over(cluster.release("development"), plan("delete"), lambda _: None)
    assert cluster.order() == []


def test_the_deployment_serves_again_before_the_canary_goes(tmp_path: Path) -> None:
    """As many pods as the primary has, ready; Flagger waits seconds only, and deletes that."""
    cluster = Cluster(tmp_path, under_flagger("Succeeded", replicas=5))
    told: list[str] = []
    hand_over(cluster.release("development"), plan("delete"), told.append)
    assert cluster.order() == ["scale", "rollout", "delete"]
    assert "--replicas=5" in cluster.asked("scale")[0]
    assert told[0] == f"starting 5 pods of {NAME}"


def test_workers_that_stay_are_started_before_their_canary_goes(tmp_path: Path) -> None:
    """A switch of the mode leaves no moment without a worker."""
    name = f"{NAME}-work"
    canary = {f"canaries.flagger.app/{name}": {"status": {"phase": "Succeeded"}}}
    primary = {f"deployment/{name}-primary": {"spec": {"replicas": 3}}}
    cluster = Cluster(tmp_path, canary | primary)
    going = Plan(changes=(Change(action="delete", kind="Canary", name=name),), unchanged=0)
    hand_over(cluster.release("development"), going, lambda _: None)
    assert cluster.order() == ["scale", "rollout", "delete"]
    assert cluster.asked("scale")[0][0] == f"deployment/{name}"


def test_workers_that_go_with_their_canary_are_not_started_first(tmp_path: Path) -> None:
    """Nothing of them is to take over; the service works on the queue."""
    name = f"{NAME}-work"
    canary = {f"canaries.flagger.app/{name}": {"status": {"phase": "Failed"}}}
    cluster = Cluster(tmp_path, canary | {f"deployment/{name}-primary": {"spec": {"replicas": 3}}})
    changes = tuple(
        Change(action="delete", kind=kind, name=name) for kind in ("Canary", "Deployment")
    )
    hand_over(cluster.release("development"), Plan(changes=changes, unchanged=0), lambda _: None)
    assert cluster.order() == []


@pytest.mark.parametrize("action", ["create", "update"])
def test_a_canary_that_stays_is_left_alone(action: Action, tmp_path: Path) -> None:
    """Nothing is scaled or deleted."""
    cluster = Cluster(tmp_path, {})
    hand_over(cluster.release("production"), plan(action), lambda _: None)
    assert cluster.order() == []


def test_pods_that_do_not_become_ready_keep_the_canary(tmp_path: Path) -> None:
    """Users stay with the primary."""
    cluster = Cluster(
        tmp_path, under_flagger("Initialized"), refuses={"rollout": "timed out waiting"}
    )
    with pytest.raises(RolloutError, match="which serves on\nerror: timed out waiting"):
        hand_over(cluster.release("development"), plan("delete"), lambda _: None)
    assert cluster.asked("delete") == []


def test_a_flagger_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """Only it can end the Canary without an outage."""
    cluster = Cluster(tmp_path, {}, refuses={"delete": "timed out waiting"})
    with pytest.raises(RolloutError, match="Flagger must run to end it"):
        hand_over(cluster.release("development"), plan("delete"), lambda _: None)


def test_a_stack_that_goes_leaves_no_canary_to_a_flagger_that_goes_too(tmp_path: Path) -> None:
    """Its finaliser is taken off: what it reverts, it reverts for users that are there no more."""
    cluster = Cluster(tmp_path, {CANARY: {"metadata": {}}})
    leave(cluster.release("production"))
    assert cluster.order() == ["delete", "patch"]
    assert "--wait=false" in cluster.asked("delete")[0]
    empty = Cluster(tmp_path, {}, knows_canaries=False)
    leave(empty.release("production"))
    assert empty.order() == []
