"""What is said of a rollout that failed."""

from dataclasses import replace

from plumb.rollout.report import report
from plumb.rollout.survey import survey
from tests.plumb.rollout.objects import (
    canary,
    deployment,
    event,
    pod,
    replica_set,
    snapshot,
    subject,
    waiting,
)
from tests.plumb.rollout.releases import NOWHERE, release_of

RELEASE = release_of(NOWHERE, "space", deployment())


def test_the_message_names_pod_reason_events_and_the_way_out() -> None:
    """The stack's name stands in the command; no log is asked for, as nothing ran."""
    broken = pod(waiting("CreateContainerConfigError", 'secret "keys" not found'))
    broken["spec"]["containers"][0]["name"] = "main"
    old = pod({"running": {}}, owner="web-1", ready=True)
    said = event(broken, "Failed", 'Error: secret "keys" not found', count=3)
    taken = snapshot(deployment(), replica_set(), replica_set(revision="1"), broken, old, said)
    [state] = survey(taken, (subject(),))
    trouble = replace(state.troubles[0], container="")
    lines = report(NOWHERE, RELEASE, taken, [(state, trouble)] * 2).splitlines()
    what = 'the container cannot be configured: secret "keys" not found'
    assert lines[0] == f"deployment/web, pod web-2-a: {what}"
    assert lines[1] == "still serving: ready pods of the former revision: 1"
    assert lines[2] == "last events of pod web-2-a:"
    assert lines[3].endswith('ago  Failed: Error: secret "keys" not found (3 times)')
    assert lines[4] == f"also: {lines[0]}"
    assert "`plumb credentials development` creates" in lines[-1]


def test_a_failed_analysis_is_told_with_what_flagger_said() -> None:
    """The pods that serve are well, so their events would say nothing."""
    failed = canary("Failed")
    halt = event(failed, "Synced", "Halt web.space advancement success rate 81.56% < 99%")
    taken = snapshot(failed, halt, deployment())
    [state] = survey(taken, (subject("Canary"),))
    lines = report(NOWHERE, RELEASE, taken, [(state, state.troubles[0])]).splitlines()
    assert lines[2] == "last events of canary web:"
    assert lines[3].endswith(halt["message"])
