"""Tells what is certain from what may pass: by how long it lasts, and by what was there before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from plumb.rollout.progress import Progress
from plumb.rollout.trouble import Trouble

Failure = tuple[Progress, Trouble]
"""What certainly fails, and why."""


class Patience:
    """Remembers since when each trouble lasts, and when each subject last moved."""

    def __init__(self) -> None:
        """Start without having seen anything."""
        self._began: float | None = None
        self._since: dict[tuple[str, str], float] = {}
        self._moved: dict[str, tuple[object, float]] = {}

    def certain(self, states: Iterable[Progress], now: float) -> list[Failure]:
        """Return what certainly fails, given the states at a time (seconds of any clock)."""
        self._began = now if self._began is None else self._began
        states = list(states)
        present = {(state.subject.title, each.cause) for state in states for each in state.troubles}
        self._since = {key: self._since.get(key, now) for key in present}
        return [failure for state in states for failure in self._failures(state, now)]

    def _failures(self, state: Progress, now: float) -> Iterator[Failure]:
        for trouble in state.troubles:
            if self._has_lasted(state, trouble, now):
                yield state, _with_suspicion(trouble, state)
                return
        if self._is_late(state, now):
            yield state, _late(state)

    def _has_lasted(self, state: Progress, trouble: Trouble, now: float) -> bool:
        if trouble.hold_seconds is None:
            return False
        since = self._since[state.subject.title, trouble.cause]
        is_news = trouble.is_old_at_first_look and since != self._began
        return is_news or now - since >= trouble.hold_seconds

    def _is_late(self, state: Progress, now: float) -> bool:
        title, seen = state.subject.title, (state.ready, state.words)
        before, since = self._moved.get(title, (None, now))
        if seen != before or state.is_held_up:
            since = now
        self._moved[title] = seen, since
        return not state.is_done and now - since >= state.subject.deadline_seconds


def _late(state: Progress) -> Trouble:
    late = Trouble(
        cause="deadline",
        reason=f"no progress for {state.subject.deadline_seconds} s: {state.words}",
        fix="`kubectl describe` of what is named above says more",
        hold_seconds=0.0,
    )
    return _with_suspicion(late, state)


def _with_suspicion(trouble: Trouble, state: Progress) -> Trouble:
    """Return a passed deadline with the likeliest cause, which no rule could be certain of."""
    others = [each for each in state.troubles if each.cause != "deadline"]
    if trouble.cause != "deadline" or not others:
        return trouble
    return replace(others[0], reason=f"{trouble.reason}; {others[0].reason}")
