"""Takes samples down and keeps what the optimizer judges: one sliding window in memory."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from profiles.thresholds import OptimizerThresholds
from runtime.measure import NodeSample, RunSample, RunStatus
from runtime.observability.current import CurrentMetrics, current_metrics
from runtime.observability.searches import SEARCH_SUFFIX, Interval, waits
from runtime.observability.window import Window

_FAILED = frozenset({RunStatus.ERROR, RunStatus.TIMEOUT})

_SEARCHES: ContextVar[list[Interval] | None] = ContextVar("searches_of_this_run", default=None)
"""The run that a node belongs to: tasks inherit it, so samples need not name their run."""


class MetricsCollector(Protocol):
    """Gives the measurements of the sliding window (OPT-03)."""

    def get_current_metrics(self) -> CurrentMetrics:
        """Return the measurements as they stand."""


class Measurements:
    """A recorder whose memory is bounded by the window, whatever the load.

    May be called from any thread: synchronous nodes run outside the event loop.
    """

    def __init__(
        self, thresholds: OptimizerThresholds, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start empty; the window is the optimizer's, `clock` gives monotonic seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._window = Window(thresholds.window_seconds, clock)
        self._active = 0

    def arrived(self, graph: str) -> None:  # noqa: ARG002  # one graph's load is everyone's load
        """Take down that a run is asked for, before it is known whether it is taken."""
        with self._lock:
            self._window.current().offered += 1

    @contextmanager
    def running(self, graph: str) -> Iterator[None]:  # noqa: ARG002  # as above
        """Hold a run active while its graph executes in this task, and watch its searches."""
        searches: list[Interval] = []
        _SEARCHES.set(searches)
        with self._lock:
            self._active += 1
        try:
            yield
        finally:
            _SEARCHES.set(None)
            self._ended(searches)

    def node(self, sample: NodeSample) -> None:
        """Take one node's call down, at its end."""
        searches = _SEARCHES.get()
        if searches is not None and sample.node.endswith(SEARCH_SUFFIX):
            now = self._clock()
            searches.append(Interval(now - sample.duration_ms / 1000, now))
        with self._lock:
            tally = self._window.current().node(sample.node)
            tally.add(sample.duration_ms, failed=sample.failed)
            tally.asked_cache(sample.cache)

    def run(self, sample: RunSample) -> None:
        """Take one run down, at its end; a cancelled one says nothing about the service."""
        with self._lock:
            bucket = self._window.current()
            if sample.status is RunStatus.CANCELLED:
                bucket.cancelled += 1
            else:
                bucket.runs.add(sample.duration_ms, failed=sample.status in _FAILED)

    def pool_wait(self, waited_ms: float) -> None:
        """Take down how long a connection was waited for, in ms."""
        with self._lock:
            self._window.current().pool_waits.add(waited_ms)

    def get_current_metrics(self) -> CurrentMetrics:
        """Return the measurements of the window as they stand."""
        with self._lock:
            merged, seconds = self._window.merged(), self._window.covered_seconds()
            return current_metrics(merged, seconds, self._active)

    def _ended(self, searches: list[Interval]) -> None:
        with self._lock:
            self._active -= 1
            if len(searches) > 1:
                self._window.current().searched(waits(searches))
