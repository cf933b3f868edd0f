"""The worker of a process: takes runs while there are places, and keeps their leases."""

import asyncio
import math
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import Protocol
from uuid import uuid4

import structlog

from profiles.execution import Execution
from runtime.execution.offering import Offering
from runtime.execution.run import Offer, Run
from runtime.execution.work import Letting, Tools, Work
from runtime.observability.periodic import Periodic

_log = structlog.get_logger(__name__)


class Places(Protocol):
    """How many runs the process may hold, shared with the requests that run a graph."""

    @property
    def free(self) -> int:
        """How many runs there is a place for."""

    def take(self) -> None:
        """Take a place for a run that was claimed."""

    def leave(self) -> None:
        """Give a place back."""


class Worker:
    """Works on the queue until it is told to stop."""

    def __init__(
        self,
        tools: Tools,
        config: Execution,
        places: Places,
        drain_seconds: Callable[[], float | None] = lambda: None,
    ) -> None:
        """Take what it works with; `drain_seconds` is what is left of a drain, None before it."""
        self.holder = f"{socket.gethostname()}/{uuid4()}"
        self._tools = tools
        self._config = config
        self._places = places
        self._drain_seconds = drain_seconds
        self._works: dict[str, Work] = {}
        self._poll_seconds = config.poll_interval_ms / 1000
        self._looked_at = -math.inf
        self._woken = asyncio.Event()
        self._stopping = False
        self._context = copy_context()
        self._taking: asyncio.Task[None] | None = None
        self._heartbeat = Periodic("heartbeat", self._beat, config.heartbeat_seconds)

    def start(self) -> None:
        """Start to work in the running event loop."""
        self._taking = asyncio.create_task(self._take(), name="worker")
        self._heartbeat.start()

    async def stop(self) -> None:
        """Stop, and give back what is not done."""
        self._stopping = True
        self.wake()
        if self._taking is not None:
            # Not cancelled while it may be taking a run, which would then be nobody's.
            await asyncio.wait([self._taking], timeout=self._config.handover_seconds)
            self._taking.cancel()
            await asyncio.wait([self._taking])
        await self._hand_over()
        await self._heartbeat.stop()

    def wake(self) -> None:
        """Look for runs now: one was just put into the queue by this process."""
        self._woken.set()

    @contextmanager
    def offering(self) -> Iterator[Offering]:
        """Hold a place, where there is one, for a run that is about to be put into the queue."""
        offering = Offering(self._offer())
        try:
            yield offering
        finally:
            if offering.begun is not None:
                self._work_on(offering.begun, offering.asked_at, is_new=offering.is_new)
            elif offering.offer is not None:
                self._places.leave()

    def cancel(self, run_id: str) -> None:
        """End a run at once if this process works on it."""
        if work := self._works.get(run_id):
            work.let_go(Letting.CANCELLED)

    async def _take(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                await self._round()
            except Exception:  # the database may be back in the next round
                _log.exception("worker_round_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._woken.wait()

    async def _round(self) -> None:
        await self._heed()
        remaining = self._drain_seconds()
        if remaining is not None:
            if remaining <= self._config.handover_seconds:
                await self._hand_over()
            return
        while self._may_take() and await self._take_some():
            pass

    async def _heed(self) -> None:
        """Do what callers elsewhere want of the runs that are worked on; look once a poll."""
        now = time.monotonic()
        if not self._works or now - self._looked_at < self._poll_seconds:
            return
        self._looked_at = now
        wishes = await self._tools.queue.wishes(self.holder)
        for run_id in wishes.ended:
            self.cancel(run_id)
        for run_id in wishes.followed:
            self._tools.audience.keep(run_id)

    def _offer(self) -> Offer | None:
        if not self._may_take() or not self._places.free:
            return None
        self._places.take()
        return Offer(holder=self.holder, lease_seconds=self._tools.queue.lease_seconds)

    def _may_take(self) -> bool:
        return not self._stopping and self._drain_seconds() is None

    async def _take_some(self) -> bool:
        """Take as many runs as there are places for; tell whether there may be more."""
        free, asked_at = self._places.free, time.monotonic()
        if not free:
            return False
        taken = await self._tools.queue.claim_some(self.holder, free)
        for run in taken:
            self._places.take()
            self._work_on(run, asked_at)
        return len(taken) == free

    def _work_on(self, run: Run, asked_at: float, *, is_new: bool = False) -> None:
        # In the worker's own context: whoever asked for the run may have left it in theirs.
        work = self._context.run(Work, run, self._tools, asked_at, is_new=is_new)
        self._works[run.run_id] = work
        work.task.add_done_callback(lambda _: self._done(work))

    def _done(self, work: Work) -> None:
        if self._works.get(work.run.run_id) is work:
            del self._works[work.run.run_id]
        self._places.leave()
        if work.leaves_more:
            self.wake()

    async def _beat(self) -> None:
        works, asked_at = list(self._works.values()), time.monotonic()
        if not works:
            return
        held = await self._tools.queue.beat(self.holder, [work.run.run_id for work in works])
        for work in works:
            if held.get(work.run.run_id) == work.run.token:
                work.lease.until = asked_at + self._tools.queue.lease_seconds
            elif not work.task.done():
                work.let_go(Letting.LOST)

    async def _hand_over(self) -> None:
        works = list(self._works.values())
        for work in works:
            work.let_go(Letting.HANDED_OVER)
        if works:
            # A node that swallows its cancellation is left to its lease.
            tasks = [work.task for work in works]
            await asyncio.wait(tasks, timeout=self._config.handover_seconds)
