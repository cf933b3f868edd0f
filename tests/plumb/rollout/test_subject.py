"""What the project's stacks wait for."""

from plumb.rollout.subject import CANARIES, KINDS, kinds, seconds, subjects
from tests.plumb.rollout.releases import release_of_stack


def test_production_waits_for_its_stores_and_its_canary() -> None:
    """INF-13: the Deployment itself is at zero under Flagger, so its Canary takes its place."""
    awaited = {subject.title: subject for subject in subjects(release_of_stack("production"))}
    stores = ["statefulset/postgres", "statefulset/redis"]
    canary = awaited["canary/bio-mcp-orchestrator"]
    assert "deployment/bio-mcp-orchestrator" not in awaited
    assert list(awaited)[-1] == canary.title
    assert set(stores) <= set(canary.after) <= set(awaited)
    assert kinds(tuple(awaited.values())) == (*KINDS, CANARIES)


def test_a_canary_is_judged_once_flagger_runs() -> None:
    """Before, nothing drives it: its deadline begins when all that it needs is ready."""
    canary = subjects(release_of_stack("staging"))[-1]
    assert {"deployment/flagger", "deployment/prometheus"} <= set(canary.after)


def test_a_canary_is_not_done_below_its_autoscalers_floor() -> None:
    """Flagger starts the primary with one pod; its copy of the autoscaler brings the others."""
    release = release_of_stack("production")
    assert release.profile.scaling
    assert subjects(release)[-1].floor == release.profile.scaling.min_replicas


def test_deadlines_come_from_the_stack() -> None:
    """The stack's own deadline strikes first; Postgres may take its start-up probe's time."""
    release = release_of_stack("production")
    awaited = {subject.title: subject for subject in subjects(release)}
    canary, postgres = awaited["canary/bio-mcp-orchestrator"], awaited["statefulset/postgres"]
    assert canary.deadline_seconds > release.profile.rollout.progress_deadline_seconds
    stateful = [each for each in release.rendered.manifests if each.kind == "StatefulSet"]
    probe = stateful[0].body["spec"]["template"]["spec"]["containers"][0]["startupProbe"]
    assert postgres.deadline_seconds > probe["failureThreshold"] * probe["periodSeconds"]


def test_development_waits_for_its_deployments() -> None:
    """A cluster without Flagger is not asked for its kinds."""
    awaited = subjects(release_of_stack("development"))
    assert {subject.kind for subject in awaited} == {"Deployment"}
    assert "deployment/bio-mcp-orchestrator" in [subject.title for subject in awaited]
    assert kinds(awaited) == KINDS


def test_durations_are_read_as_go_writes_them() -> None:
    """Pulumi's timeouts and Flagger's intervals."""
    assert [seconds(text) for text in ("15s", "5m45s", "1h")] == [15, 345, 3600]
