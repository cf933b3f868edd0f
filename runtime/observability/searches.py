"""How far the searches of one run were worked on at the same time."""

from collections.abc import Iterable
from typing import NamedTuple

SEARCH_SUFFIX = "_search"
"""Ending of the names of nodes that search, and so are independent of each other (ORC-02)."""


class Interval(NamedTuple):
    """A stretch of time on the monotonic clock, in seconds."""

    start: float
    """When it began."""
    end: float
    """When it ended."""


class Waits(NamedTuple):
    """What the searches of a run waited for each other."""

    avoidable_ms: float
    """What running one after the other would cost beyond the longest search, in ms."""
    avoided_ms: float
    """How much of that was saved by running them together, in ms."""


def waits(searches: Iterable[Interval]) -> Waits:
    """Return what was avoidable and what was avoided.

    With the searches' sum S, their union U (time in which at least one ran) and the longest L:
    avoidable = S - L and avoided = S - U. One after the other U = S; all together U = L.
    """
    ordered = sorted(searches)
    total = sum(end - start for start, end in ordered)
    longest = max((end - start for start, end in ordered), default=0.0)
    return Waits((total - longest) * 1000, (total - _union_seconds(ordered)) * 1000)


def _union_seconds(ordered: list[Interval]) -> float:
    union, reached = 0.0, float("-inf")
    for start, end in ordered:
        union += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return union
