"""What is measured of durable runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from runtime.execution.backlog import Backlog
from runtime.execution.run import CANCELLED, Ended, Run, RunState
from runtime.measure import RunSample, RunStatus
from runtime.observability import Metrics, Recorders

_log = structlog.get_logger(__name__)

ROLLED_BACK = "rolled_back"
"""Outcome of a run that was removed with all that it left."""

_STATUSES = {
    RunState.SUCCESS: RunStatus.SUCCESS,
    # A run that waits for a person has done all it could.
    RunState.INTERRUPTED: RunStatus.SUCCESS,
    RunState.ERROR: RunStatus.ERROR,
    RunState.TIMEOUT: RunStatus.TIMEOUT,
}


class Watch:
    """Feeds the measurements, the series and the log with what workers do."""

    def __init__(self, recorders: Recorders, metrics: Metrics) -> None:
        """Take who measures."""
        self._recorders = recorders
        self._metrics = metrics

    def arrived(self, run: Run) -> None:
        """Take down that a run was asked for."""
        self._recorders.arrived(run.graph)

    @contextmanager
    def working(self, run: Run) -> Iterator[None]:
        """Hold a run active in this task, and name it in every line that it logs."""
        with (
            self._metrics.run_held(run.graph, run.waited_seconds),
            structlog.contextvars.bound_contextvars(run_id=run.run_id, thread_id=run.thread_id),
            self._recorders.running(run.graph),
        ):
            yield

    def displaced(self, run: Run) -> None:
        """Count a run that gave way in a full queue."""
        self._metrics.displaced(run.graph)

    def tokens(self, model: str, token_type: str, count: int) -> None:
        """Count tokens of a model."""
        self._metrics.tokens(model, token_type, count)

    def ended(self, run: Run, ended: Ended, taken_at: float, *, undone: bool) -> None:
        """Take down how a run ended; `taken_at` is the monotonic time at which it was taken.

        One that is `undone` counts as rolled back, however far it had come.
        """
        cancelled = undone or (ended.error or {}).get("error") == CANCELLED
        status = RunStatus.CANCELLED if cancelled else _STATUSES[ended.status]
        duration_ms = (time.monotonic() - taken_at + run.waited_seconds) * 1000
        self._recorders.run(RunSample(graph=run.graph, duration_ms=duration_ms, status=status))
        outcome = ROLLED_BACK if undone else ended.status.value
        self._metrics.run_attempt(run.graph, outcome)
        _log.info("run_ended", status=outcome, attempt=run.attempts)

    def let_go(self, run: Run, outcome: str) -> None:
        """Count an attempt that ended without an end of the run: `lost`, `handed over`."""
        self._metrics.run_attempt(run.graph, outcome)

    def reaped(self, lost: int, backlog: Backlog) -> None:
        """Take down how many leases of dead workers were found, and what waits."""
        self._metrics.queue(
            waiting=backlog.waiting, oldest_seconds=backlog.oldest_seconds, leases_lost=lost
        )
