"""How far a workload is, from objects as kubectl prints them."""

from typing import Any

import pytest

from plumb.rollout.progress import Progress, measure
from plumb.rollout.snapshot import Snapshot
from tests.plumb.rollout.objects import (
    LATER,
    NOON,
    Object,
    deployment,
    ended,
    event,
    pod,
    replica_set,
    snapshot,
    subject,
    unscheduled,
    waiting,
)

FORBIDDEN = 'pods "web-2-x" is forbidden: exceeded quota: plumbline, requested: limits.cpu=5'


def progress(*objects: Object, since: str | None = "", floor: int = 0) -> Progress:
    """Return the progress of the Deployment among these objects."""
    taken: Snapshot = snapshot(*objects, replica_set(), replica_set(revision="1"))
    return measure(taken, subject(floor=floor), taken.find("Deployment", "web"), since)


def causes(*objects: Object, since: str | None = "") -> dict[str, float | None]:
    """Return the causes of the troubles, with how long each must last."""
    found = progress(deployment(), *objects, since=since).troubles
    return {trouble.cause: trouble.hold_seconds for trouble in found}


def test_a_deployment_with_all_pods_of_its_revision_ready_is_done() -> None:
    """Nothing is left to say about it."""
    state = progress(deployment(ready=1), pod({"running": {}}, ready=True))
    assert state.is_done
    assert state.line == "deployment/web 1/1 ready"
    assert state.ready_since == NOON


@pytest.mark.parametrize(
    "status",
    [
        {"observedGeneration": 2},
        {"updatedReplicas": 0},
        {"availableReplicas": 0},
        {"replicas": 2},
    ],
)
def test_one_count_that_is_off_keeps_it_waiting(status: dict[str, Any]) -> None:
    """A spec that no controller has seen, an old pod, or one not yet available is not done."""
    state = progress(deployment(ready=1, **status), pod({"running": {}}, ready=True))
    assert not state.is_done
    assert not state.troubles


def test_an_autoscaler_that_has_not_acted_yet_is_waited_for() -> None:
    """One pod of a floor of three is no fleet."""
    state = progress(deployment(ready=1), pod({"running": {}}, ready=True), floor=3)
    assert not state.is_done
    assert state.line == "deployment/web 1/3 ready, 2 to come"


def test_a_deployment_that_is_not_there_yet_is_waited_for() -> None:
    """The engine may be a moment ahead of the API server's cache."""
    assert progress().line == "deployment/web 0/1 ready, not in the cluster yet"


def test_the_line_says_what_the_pods_do() -> None:
    """A person sees that an image is being pulled, and that old pods still serve."""
    starting = pod(waiting("ContainerCreating"))
    old = pod({"running": {}}, owner="web-1", ready=True)
    state = progress(deployment(), starting, old, event(starting, "Pulling", "Pulling image"))
    words = "1 starting (pulling image), 1 of the former revision still ready"
    assert state.line == f"deployment/web 0/1 ready, {words}"
    assert state.serving == 1


def test_broken_pods_of_the_former_revision_are_nobodys_trouble() -> None:
    """Only pods of the present revision are judged."""
    old = pod(waiting("CrashLoopBackOff"), owner="web-1", lastState=ended(), restartCount=9)
    assert causes(pod({"running": {}}), old) == {}


def test_a_missing_image_is_certain_sooner_when_the_registry_has_spoken() -> None:
    """`not found` will be said again; an unreachable registry is tried twice."""
    lost = 'failed to resolve reference "r/app:2": r/app:2: not found'
    assert causes(pod(waiting("ErrImagePull", lost))) == {"image": 3.0}
    assert causes(pod(waiting("ErrImageNeverPull", "not present"))) == {"image": 3.0}
    away = pod(waiting("ImagePullBackOff", 'ErrImagePull: Head "r": dial tcp: i/o timeout'))
    assert causes(away) == {"image": 20.0}
    assert causes(away, event(away, "Failed", "Failed to pull image", count=2)) == {"image": 3.0}


def test_a_missing_secret_has_the_kubelets_retry_to_arrive() -> None:
    """It is named, with the command that creates it."""
    [trouble] = progress(
        deployment(), pod(waiting("CreateContainerConfigError", 'secret "keys" not found'))
    ).troubles
    assert trouble.hold_seconds == 20.0
    assert 'secret "keys" not found' in trouble.reason
    assert "plumb credentials" in trouble.fix


def test_one_restart_is_a_suspicion_and_the_second_a_crash() -> None:
    """A service may restart once while its database starts."""
    running: Object = {"running": {}}
    assert causes(pod(running, lastState=ended(), restartCount=1)) == {"crash": None}
    assert causes(pod(running, lastState=ended(), restartCount=2)) == {"crash": 3.0}
    assert causes(pod(waiting("CrashLoopBackOff"), lastState=ended(), restartCount=1)) == {
        "crash": 3.0
    }


def test_a_pod_that_crashed_once_upon_a_time_and_is_ready_is_fine() -> None:
    """Restarts of the past are no trouble of today."""
    assert causes(pod({"running": {}}, ready=True, lastState=ended(), restartCount=7)) == {}


def test_only_the_container_that_is_not_ready_is_judged() -> None:
    """Its neighbour crashed once upon a time, and runs."""
    two = pod({"running": {}})
    neighbour = {"name": "side", "ready": True, "restartCount": 5, "lastState": ended()}
    two["spec"]["containers"].insert(0, {"name": "side", "image": "side:1"})
    two["status"]["containerStatuses"].append({**neighbour, "state": {"running": {}}})
    assert causes(two) == {}


def test_a_crash_proves_nothing_before_its_database_is_ready() -> None:
    """Only an instance that started when all was there counts."""
    crashing = pod(waiting("CrashLoopBackOff"), lastState=ended(started=NOON), restartCount=3)
    assert causes(crashing, since=None) == {"crash": None}
    assert causes(crashing, since=LATER) == {"crash": None}
    assert causes(crashing, since=NOON) == {"crash": 3.0}


def test_memory_beyond_the_limit_is_told_with_the_limit() -> None:
    """The first kill is enough to know."""
    killed = pod(ended(137, "OOMKilled"))
    killed["spec"]["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    [trouble] = progress(deployment(), killed).troubles
    assert "memory limit of 64Mi" in trouble.reason
    assert "memory_limit_mib" in trouble.fix
    assert trouble.hold_seconds == 3.0


def test_a_failed_liveness_probe_is_why_a_container_ended() -> None:
    """Exit code 137 alone would say nothing."""
    killed = pod({"running": {}}, lastState=ended(137), restartCount=2)
    said = "Container main failed liveness probe, will be restarted"
    [trouble] = progress(deployment(), killed, event(killed, "Killing", said)).troubles
    assert said in trouble.reason


def test_the_schedulers_words_are_repeated() -> None:
    """A pod without a node is certain after a while, unless a node is on its way."""
    lonely = unscheduled("0/1 nodes are available: 1 Insufficient cpu.")
    [trouble] = progress(deployment(), lonely).troubles
    assert "1 Insufficient cpu" in trouble.reason
    assert trouble.hold_seconds == 15.0
    assert causes(lonely, event(lonely, "TriggeredScaleUp", "1 to 2")) == {"node": None}


def test_a_pod_that_ends_leaves_room_for_the_next() -> None:
    """While one is on its way out, lack of room is no verdict."""
    ending = pod({"running": {}}, owner="web-1")
    ending["metadata"]["deletionTimestamp"] = NOON
    assert causes(unscheduled("1 Insufficient cpu"), ending) == {"node": None}


def test_a_claim_without_a_volume_is_told_with_its_event() -> None:
    """The scheduler only says that a claim is unbound; its event says why."""
    lonely = unscheduled("pod has unbound immediate PersistentVolumeClaims.")
    lonely["spec"]["volumes"] = [{"persistentVolumeClaim": {"claimName": "data"}}]
    claim: Object = {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "uid": "data"},
        "status": {"phase": "Pending"},
    }
    said = event(claim, "ProvisioningFailed", 'storageclass "fast" not found', type="Warning")
    [trouble] = progress(deployment(), lonely, claim, said).troubles
    assert 'the claim data is Pending: storageclass "fast" not found' in trouble.reason


def test_a_quota_refusal_is_told_with_its_numbers() -> None:
    """The ReplicaSet's condition carries the words of the API server."""
    failed = {"type": "ReplicaFailure", "status": "True", "message": FORBIDDEN}
    taken = snapshot(deployment(), replica_set(conditions=[failed]))
    [trouble] = measure(taken, subject(), taken.find("Deployment", "web"), "").troubles
    assert "exceeded quota: plumbline, requested: limits.cpu=5" in trouble.reason
    assert "cluster.quota" in trouble.fix


def test_a_mount_that_fails_names_what_is_missing() -> None:
    """Only while the container is being created: an event of the past is no trouble."""
    said = 'MountVolume.SetUp failed for volume "config": configmap "settings" not found'
    creating, running = pod(waiting("ContainerCreating")), pod({"running": {}})
    assert causes(creating, event(creating, "FailedMount", said)) == {"volume": 45.0}
    assert causes(running, event(running, "FailedMount", said)) == {}


def test_a_failing_probe_is_only_a_suspicion() -> None:
    """It is told when the time is up."""
    slow = pod({"running": {}})
    said = event(slow, "Unhealthy", "Readiness probe failed: connection refused")
    assert causes(slow, said) == {"probe": None}


def test_a_passed_deadline_counts_only_once_all_that_it_needs_is_there() -> None:
    """While it waited for its database it could make no progress."""
    passed = {
        "type": "Progressing",
        "reason": "ProgressDeadlineExceeded",
        "lastUpdateTime": NOON,
    }
    late = deployment(conditions=[passed])
    assert [each.cause for each in progress(late, since=NOON).troubles] == ["deadline"]
    assert progress(late, since=LATER).troubles == ()
    assert progress(late, since=None).troubles == ()
