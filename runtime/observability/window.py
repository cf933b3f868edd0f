"""A sliding window over time buckets, each of bounded size."""

from collections import deque
from collections.abc import Callable

from runtime.observability.searches import Waits
from runtime.observability.tally import Tally

BUCKETS = 60
"""Buckets in a window: its edge moves in steps of a 60th."""


class Bucket:
    """What was measured in one stretch of time."""

    __slots__ = (
        "avoidable_ms",
        "avoided_ms",
        "cancelled",
        "index",
        "nodes",
        "offered",
        "pool_waits",
        "runs",
        "searched_runs",
    )

    def __init__(self, index: int) -> None:
        """Start empty; the index counts bucket widths since the clock's zero."""
        self.index = index
        self.offered = 0
        self.cancelled = 0
        self.searched_runs = 0
        self.avoidable_ms = 0.0
        self.avoided_ms = 0.0
        self.runs = Tally()
        self.pool_waits = Tally()
        self.nodes: dict[str, Tally] = {}

    def node(self, name: str) -> Tally:
        """Return the node's tally, a new one at its first call."""
        tally = self.nodes.get(name)
        if tally is None:
            tally = self.nodes[name] = Tally()
        return tally

    def searched(self, waits: Waits) -> None:
        """Add what the searches of one run waited for each other."""
        self.searched_runs += 1
        self.avoidable_ms += waits.avoidable_ms
        self.avoided_ms += waits.avoided_ms

    def merge(self, other: "Bucket") -> None:
        """Add everything that the other holds."""
        self.offered += other.offered
        self.cancelled += other.cancelled
        self.searched_runs += other.searched_runs
        self.avoidable_ms += other.avoidable_ms
        self.avoided_ms += other.avoided_ms
        self.runs.merge(other.runs)
        self.pool_waits.merge(other.pool_waits)
        for name, tally in other.nodes.items():
            self.node(name).merge(tally)


class Window:
    """The last `window_seconds`, never anything older."""

    def __init__(self, window_seconds: float, clock: Callable[[], float]) -> None:
        """Start empty; `clock` gives monotonic seconds."""
        self._clock = clock
        self._width = window_seconds / BUCKETS
        self._started = clock()
        self._buckets: deque[Bucket] = deque()

    def current(self) -> Bucket:
        """Return the bucket of now, and forget those that left the window."""
        index = int(self._clock() // self._width)
        while self._buckets and self._buckets[0].index <= index - BUCKETS:
            self._buckets.popleft()
        if not self._buckets or self._buckets[-1].index != index:
            self._buckets.append(Bucket(index))
        return self._buckets[-1]

    def merged(self) -> Bucket:
        """Return everything in the window as one bucket."""
        total = Bucket(self.current().index)
        for bucket in self._buckets:
            total.merge(bucket)
        return total

    def covered_seconds(self) -> float:
        """Return how much time the window covers by now, in seconds: less after a start."""
        oldest = (self.current().index - BUCKETS + 1) * self._width
        return self._clock() - max(oldest, self._started)
