"""Subjects that need each other, and StatefulSets that bar their own way."""

from plumb.rollout.survey import stuck_pods, survey
from tests.plumb.rollout.objects import (
    NOON,
    Object,
    deployment,
    ended,
    pod,
    replica_set,
    snapshot,
    subject,
    waiting,
)

LABEL = "controller-revision-hash"


def stateful_set(**status: object) -> Object:
    """Return a StatefulSet of one pod that goes to revision db-2."""
    counts = {"replicas": 1, "updatedReplicas": 1, "updateRevision": "db-2"}
    return {
        "kind": "StatefulSet",
        "metadata": {"name": "db", "uid": "db", "generation": 1},
        "spec": {"replicas": 1},
        "status": {"observedGeneration": 1, **counts, **status},
    }


def member(revision: str, state: Object | None = None, *, ready: bool = False) -> Object:
    """Return the StatefulSet's pod at a revision."""
    made = pod(state, owner="db", ready=ready)
    made["metadata"]["labels"] = {LABEL: revision}
    return made


AWAITED = (subject("StatefulSet", "db"), subject(after=("statefulset/db",)))


def test_a_crash_waits_for_the_database_that_it_needs() -> None:
    """Once the database has been ready since before the start, the crash is the service's own."""
    crashing = pod(waiting("CrashLoopBackOff"), lastState=ended(started=NOON), restartCount=3)
    service = (deployment(), replica_set(), crashing)
    starting = survey(snapshot(*service, stateful_set(), member("db-2")), AWAITED)
    assert [each.hold_seconds for each in starting[1].troubles] == [None]
    assert starting[1].is_held_up
    there = stateful_set(readyReplicas=1, availableReplicas=1)
    ready = survey(snapshot(*service, there, member("db-2", ready=True)), AWAITED)
    assert ready[0].is_done
    assert [each.hold_seconds for each in ready[1].troubles] == [3.0]


def test_a_pod_that_never_started_is_in_its_own_ways_way() -> None:
    """Kubernetes waits for it to be ready before it replaces it, which will never be."""
    stuck = member("db-1", waiting("ImagePullBackOff", "not found"))
    assert stuck_pods(snapshot(stateful_set(), stuck), AWAITED) == (stuck,)


def test_a_pod_that_has_run_is_never_taken_away() -> None:
    """It may have data in memory, or be in its crash recovery; one without fault is left alone."""
    ran = member("db-1", waiting("CrashLoopBackOff"))
    ran["status"]["containerStatuses"][0]["lastState"] = ended()
    pulling = member("db-1", waiting("ContainerCreating"))
    current = member("db-2", waiting("ImagePullBackOff", "not found"))
    for one in (ran, pulling, current):
        assert stuck_pods(snapshot(stateful_set(), one), AWAITED) == ()
