"""What is certain, by how long it lasts."""

from dataclasses import replace

from plumb.rollout.patience import Patience
from plumb.rollout.progress import Progress, absent
from plumb.rollout.trouble import Trouble
from tests.plumb.rollout.objects import subject

IMAGE = Trouble(cause="image", reason="not found", fix="", hold_seconds=3.0)
PROBE = Trouble(cause="probe", reason="refused", fix="", hold_seconds=None)
OLD = Trouble(
    cause="analysis", reason="failed", fix="", hold_seconds=30.0, is_old_at_first_look=True
)


def state(*troubles: Trouble, **over: object) -> Progress:
    """Return a state with these troubles."""
    return replace(absent(subject()), troubles=troubles, **over)  # type: ignore[arg-type]  # fields


def reasons(patience: Patience, now: float, *states: Progress) -> list[str]:
    """Return the reasons that are certain now."""
    return [trouble.reason for _, trouble in patience.certain(states, now)]


def test_a_trouble_is_certain_once_it_has_lasted() -> None:
    """One that goes away in between starts anew."""
    patience = Patience()
    assert reasons(patience, 0, state(IMAGE)) == []
    assert reasons(patience, 2, state(IMAGE)) == []
    assert reasons(patience, 3, state()) == []
    assert reasons(patience, 4, state(IMAGE)) == []
    assert reasons(patience, 7, state(IMAGE)) == ["not found"]


def test_what_stood_there_at_the_first_look_may_be_of_the_past() -> None:
    """What appears later is this rollout's own, and certain at once."""
    patience = Patience()
    assert reasons(patience, 0, state(OLD)) == []
    assert reasons(patience, 29, state(OLD)) == []
    assert reasons(patience, 30, state(OLD)) == ["failed"]
    fresh = Patience()
    assert reasons(fresh, 0, state()) == []
    assert reasons(fresh, 1, state(OLD)) == ["failed"]


def test_a_standstill_ends_at_the_deadline_with_the_likeliest_cause() -> None:
    """The deadline counts from the last move, not from the start."""
    patience = Patience()
    assert reasons(patience, 0, state(PROBE)) == []
    assert reasons(patience, 50, state(PROBE, ready=1)) == []
    assert reasons(patience, 109, state(PROBE, ready=1)) == []
    [said] = reasons(patience, 110, state(PROBE, ready=1))
    assert said == "no progress for 60 s: not in the cluster yet; refused"


def test_time_stands_still_while_another_workload_is_waited_for() -> None:
    """A database's crash recovery is no fault of the service."""
    patience = Patience()
    assert reasons(patience, 0, state(is_held_up=True)) == []
    assert reasons(patience, 500, state(is_held_up=True)) == []
    assert reasons(patience, 559, state()) == []
    assert len(reasons(patience, 560, state())) == 1


def test_what_is_done_is_never_late() -> None:
    """A neighbour may take its time."""
    patience = Patience()
    assert reasons(patience, 0, state(is_done=True)) == []
    assert reasons(patience, 900, state(is_done=True)) == []
