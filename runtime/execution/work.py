"""One run in the hands of this process, from its lease to its end."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from runtime.errors import LeaseLostError
from runtime.execution.executor import Executor, Publish, failed
from runtime.execution.queue import Finished, Queue
from runtime.execution.request import goes_on, trace_of
from runtime.execution.run import ON_REQUEST, Ended, Run
from runtime.execution.watch import Watch
from runtime.observability.trace import TRACE
from runtime.persistence.fence import HELD, Lease
from runtime.persistence.outbox import Outbox

_log = structlog.get_logger(__name__)


class Letting(StrEnum):
    """Why a worker stops to work on a run."""

    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    LOST = "lost"


class Audience(Protocol):
    """Who is told what happens in a run."""

    async def open(self, run: Run) -> Publish:
        """Begin to tell of a run; return whom to tell each event."""

    async def flush(self, run: Run) -> None:
        """Keep what was told, before anyone knows of the run's end."""

    def keep(self, run_id: str) -> None:
        """Keep what a run tells, which somebody elsewhere listens to."""

    def close(self, run: Run) -> None:
        """Tell that nothing more comes of a run from this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What working on a run takes."""

    queue: Queue
    """Where it is written how runs end."""
    executor: Executor
    """Executes them."""
    audience: Audience
    """Who is told."""
    watch: Watch
    """Who measures."""


class Work:
    """A run that this process holds."""

    def __init__(self, run: Run, tools: Tools, asked_at: float, *, is_new: bool = False) -> None:
        """Take a claimed run; `asked_at` is the monotonic time before it was claimed.

        `is_new` tells that its thread was made for it in the moment in which it was claimed.
        """
        self.run = self._last = run
        self._tools = tools
        self._taken_at = asked_at
        self._outbox = Outbox(run.thread_id, is_empty=is_new)
        self.lease = Lease(
            run_id=run.run_id,
            token=run.token,
            until=asked_at + tools.queue.lease_seconds,
            outbox=self._outbox,
        )
        self.leaves_more = True
        self._letting: Letting | None = None
        self._ending = False
        self.task = asyncio.create_task(self._whole(), name=f"run {run.run_id}")

    def let_go(self, why: Letting) -> None:
        """Stop to work on it; the first reason counts, and none once its end is being written."""
        if self._letting is None and not self._ending:
            self._letting = why
            self.task.cancel()
            if why is Letting.LOST:
                # Its node may take no notice, while the run goes on elsewhere.
                self._tools.audience.close(self.run)

    async def _whole(self) -> None:
        """Execute the run and write how it ended; never raises."""
        HELD.set(self.lease)
        TRACE.set(trace_of(self.run))
        try:
            with self._tools.watch.working(self.run):
                await self._work()
        except LeaseLostError as error:
            self._tools.watch.let_go(self.run, Letting.LOST)
            _log.warning("run_lost", run_id=self.run.run_id, reason=error.detail)
        except Exception:  # the database is away: the lease runs out, and another worker resumes
            self._tools.watch.let_go(self.run, Letting.LOST)
            _log.exception("run_left", run_id=self.run.run_id)
        finally:
            self._tools.audience.close(self._last)

    async def _work(self) -> None:
        transient = self._tools.queue.database.transient
        publish = await self._tools.audience.open(self.run)
        try:
            ended = await self._executed(publish)
        except asyncio.CancelledError:
            await self._stopped(publish)
        except transient:
            # What was kept is there; the same attempt may do when the database answers again.
            _log.warning("database_lost", exc_info=True)
            await self._give_back(counted=True)
            self._tools.watch.let_go(self.run, Letting.LOST)
        else:
            await self._end(ended, publish)

    async def _executed(self, publish: Publish) -> Ended:
        """Execute the run; when this is over, it writes nothing but what goes with its end."""
        try:
            if goes_on(self.run.request):
                await self._tools.queue.remember(self.run)
            return await self._tools.executor.execute(self.run, publish)
        finally:
            await self.lease.close()

    async def _stopped(self, publish: Publish) -> None:
        if self._letting is Letting.CANCELLED:
            await self._end(ON_REQUEST, publish)
        elif self._letting is Letting.HANDED_OVER:
            await self._tools.audience.flush(self.run)
            await self._give_back(counted=False)
            self._tools.watch.let_go(self.run, Letting.HANDED_OVER)
        else:
            raise LeaseLostError("its lease is another worker's, or the process ends")

    async def _end(self, ended: Ended, publish: Publish) -> None:
        self._ending = True
        if ended.error:
            publish("error", ended.error)
        await self._tools.audience.flush(self.run)
        ended, finished = await self._finished(ended, publish)
        self._last, self.leaves_more = finished.run or self.run, finished.more
        undone = finished.run is None
        self._tools.watch.ended(self.run, ended, self._taken_at, undone=undone)

    async def _finished(self, ended: Ended, publish: Publish) -> tuple[Ended, Finished]:
        queue, kept = self._tools.queue, await self._outbox.take()
        try:
            return ended, await queue.finish(self.run, ended, kept)
        except Exception as error:
            if not kept or isinstance(error, (LeaseLostError, *queue.database.transient)):
                raise
            # The end is sound, so it is what goes with it: as where a step could not be kept.
            ended = failed(error)
            publish("error", ended.error)
            await self._tools.audience.flush(self.run)
            return ended, await queue.finish(self.run, ended)

    async def _give_back(self, *, counted: bool) -> None:
        kept = await self._outbox.take()
        await self._tools.queue.give_back(self.run, kept, counted=counted)
