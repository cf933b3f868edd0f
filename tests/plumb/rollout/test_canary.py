"""Flagger's phases, from objects as kubectl prints them."""

from typing import Any

import pytest

from plumb.rollout.canary import measure_canary
from plumb.rollout.progress import Progress
from tests.plumb.rollout.objects import (
    Object,
    canary,
    deployment,
    event,
    pod,
    replica_set,
    snapshot,
    subject,
    template,
    waiting,
)


def serving(image: str = "app:2", **annotations: str) -> tuple[Object, ...]:
    """Return the Deployment that serves, as Flagger copies it, with its ready pod."""
    made = deployment("web-primary", ready=1)
    made["spec"]["template"] = template(image, **{"flagger-id": "x", **annotations})
    made["spec"]["template"]["spec"]["volumes"] = [{"configMap": {"name": "settings-primary"}}]
    ready = pod({"running": {}}, owner="web-primary-2", ready=True)
    return made, replica_set("web-primary"), ready


def target(replicas: int = 0, **annotations: str) -> tuple[Object, ...]:
    """Return the stack's own Deployment, which Flagger keeps at zero."""
    made = deployment(replicas=replicas)
    made["spec"]["template"] = template(**annotations)
    made["spec"]["template"]["spec"]["volumes"] = [{"configMap": {"name": "settings"}}]
    return made, replica_set()


def progress(phase: str, *objects: Object, **status: Any) -> Progress:
    """Return the progress of a Canary in a phase."""
    taken = snapshot(canary(phase, **status), *objects)
    return measure_canary(taken, subject("Canary"), "")


@pytest.mark.parametrize("phase", ["Initialized", "Succeeded", "Failed"])
def test_a_settled_canary_whose_primary_is_the_stacks_is_done(phase: str) -> None:
    """INF-13: after a failed analysis, going back to the version that serves is done at once."""
    state = progress(phase, *target(), *serving())
    assert state.is_done
    assert state.line == "canary/web 1/1 ready"


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("", "Flagger has not seen it yet"),
        ("Initializing", "makes the Deployment that serves"),
        ("Waiting", "approval"),
        ("Progressing", "check 2 of 4 passed, 1 failed (rolled back at 2)"),
        ("Promoting", "being promoted"),
        ("Finalising", "being finished"),
    ],
)
def test_a_canary_on_its_way_says_how_far_it_is(phase: str, words: str) -> None:
    """Even where what serves is already the stack's."""
    state = progress(phase, *target(), *serving(), iterations=2, failedChecks=1)
    assert not state.is_done
    assert words in state.line
    assert not state.troubles


@pytest.mark.parametrize("changed", [{"image": "app:1"}, {"hash": "old"}])
def test_a_success_of_the_version_before_is_not_this_ones(changed: dict[str, str]) -> None:
    """Flagger sees a change at its next tick only; until then the phase is the last one's."""
    state = progress("Succeeded", *target(hash="new"), *serving(**{"hash": "new", **changed}))
    assert not state.is_done
    assert "has not seen the new version" in state.line


def test_a_primary_that_still_rolls_is_waited_for() -> None:
    """Promotion is a rolling update of what serves."""
    made, *rest = serving()
    made["status"]["updatedReplicas"] = 0
    assert not progress("Succeeded", *target(), made, *rest).is_done


def test_a_failed_analysis_tells_why() -> None:
    """It stands for two ticks where it was there at the first look: it may be the last one's."""
    said = "Halt web.app advancement success rate 81.56% < 99%"
    halt = event(canary("Failed"), "Synced", said)
    state = progress("Failed", *target(), *serving("app:1"), halt)
    [trouble] = state.troubles
    assert said in trouble.reason
    assert trouble.hold_seconds == 30.0
    assert trouble.is_old_at_first_look
    assert state.serving == 1


def test_a_broken_pod_under_analysis_is_told_before_flagger_gives_up() -> None:
    """Its own pods are judged, not those that serve."""
    broken = pod(waiting("ErrImagePull", "app:2: not found"))
    state = progress("Progressing", *target(1), broken, *serving("app:1"))
    assert [each.cause for each in state.troubles] == ["image"]


def test_a_canary_that_is_not_there_yet_is_waited_for() -> None:
    """The engine may be a moment ahead."""
    assert "not in the cluster yet" in measure_canary(snapshot(), subject("Canary"), "").line


def test_behind_a_gateway_the_users_share_is_told() -> None:
    """Weights in place of counted checks."""
    made = canary("Progressing", canaryWeight=20, failedChecks=1)
    made["spec"]["analysis"] = {
        "interval": "15s",
        "stepWeight": 20,
        "maxWeight": 50,
        "threshold": 3,
    }
    taken = snapshot(made, *target(1), *serving("app:1"))
    state = measure_canary(taken, subject("Canary"), "")
    assert "20 % of the users, promoted at 50 %, 1 failed (rolled back at 3)" in state.line


def test_a_primary_below_the_autoscalers_floor_is_waited_for() -> None:
    """Promoted or not: one pod is not the fleet that the stack asks for."""
    taken = snapshot(canary("Initialized"), *target(), *serving())
    assert not measure_canary(taken, subject("Canary", floor=2), "").is_done
    assert measure_canary(taken, subject("Canary", floor=1), "").is_done
