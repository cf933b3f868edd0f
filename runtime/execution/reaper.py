"""Looks after what no worker looks after: leases of dead workers, deadlines, the queue itself."""

from collections.abc import Callable

import structlog

from runtime.execution.backlog import backlog
from runtime.execution.clock import Clock
from runtime.execution.queue import Queue
from runtime.execution.request import trace_of
from runtime.execution.watch import Watch
from runtime.observability.periodic import Periodic

_log = structlog.get_logger(__name__)


class Reaper:
    """Every process has one, also one that works on no run: deadlines hold without any worker."""

    def __init__(
        self, queue: Queue, clock: Clock, watch: Watch, every: float, wake: Callable[[], None]
    ) -> None:
        """Take the queue and its clock, who measures, and whom to tell that runs wait again.

        `every` is the time between two looks, in seconds.
        """
        self._queue, self._clock = queue, clock
        self._watch = watch
        self._wake = wake
        self._periodic = Periodic("reaper", self._round, every)

    def start(self) -> None:
        """Start to look in the running event loop."""
        self._periodic.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._periodic.stop()

    async def _round(self) -> None:
        back, ended = await self._queue.reap() if await self._clock.is_steady() else ([], [])
        for run in back:
            _log.warning(
                "run_given_back",
                run_id=run.run_id,
                attempts=run.attempts,
                trace_id=trace_of(run).trace_id,
            )
        lost = sum(run.holder is not None for run in ended)
        self._watch.reaped(len(back) + lost, await backlog(self._queue.database))
        if back:
            self._wake()
