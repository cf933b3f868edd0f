"""What the project's stacks wait for."""

from plumb.rollout.subject import CANARIES, KINDS, kinds, seconds, subjects
from tests.plumb.rollout.releases import release_of_stack


def test_production_waits_for_its_stores_and_its_canary() -> None:
    """INF-13: the Deployment itself is at zero under Flagger, so its Canary takes its place."""
    awaited = subjects(release_of_stack("production"))
    titles = [subject.title for subject in awaited]
    stores = ["statefulset/postgres", "statefulset/redis"]
    assert titles == [*stores, "canary/bio-mcp-orchestrator"]
    assert sorted(awaited[-1].after) == stores
    assert kinds(awaited) == (*KINDS, CANARIES)


def test_deadlines_come_from_the_stack() -> None:
    """The stack's own deadline strikes first; Postgres may take its start-up probe's time."""
    release = release_of_stack("production")
    postgres, _, canary = subjects(release)
    assert canary.deadline_seconds > release.profile.rollout.progress_deadline_seconds
    manifest = next(each for each in release.rendered.manifests if each.name == "postgres")
    stateful = [each for each in release.rendered.manifests if each.kind == "StatefulSet"]
    assert manifest.kind == "Service"
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
