"""Who listens to which run: from memory in the process that works on it, else from the table."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import structlog

from runtime.errors import HandedOverError
from runtime.execution.events import Event, EventLog
from runtime.execution.executor import Publish
from runtime.execution.plain import json_bytes
from runtime.execution.run import Run

T = TypeVar("T")

_KEPT = 1000
"""Events of a run that stay in memory, for callers that come back; the table has them all."""

_FLUSH_SECONDS = 0.05
"""Time that events may wait to be kept together: what a crash may take from a later replay."""

_log = structlog.get_logger(__name__)


def is_kept(run: Run) -> bool:
    """Tell whether a run's events go to the table: a caller reads them, or may come back."""
    asked = run.request.get("streamed") or run.request.get("stream_resumable")
    return bool(asked or run.followed)


class Channel:
    """What one run tells in this process."""

    def __init__(self, run: Run, log: EventLog, first: int) -> None:
        """Take the run and the number of its next event."""
        self._run = run
        self._log = log
        self._next = first
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._unkept: list[Event] = []
        self._keeping: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        self._kept = is_kept(run)
        self.closed = False

    @property
    def last(self) -> int:
        """Number of the last event that was told; -1 before the first."""
        return self._next - 1

    def publish(self, name: str, data: Any) -> None:
        """Tell an event."""
        event = Event(self._next, name, json_bytes(data).decode())
        self._next += 1
        self._events.append(event)
        if self._kept:
            self._unkept.append(event)
            self._flush_soon()
        self._wake()

    def keep(self) -> None:
        """Keep the events from now on, and those that are still in memory."""
        if not self._kept:
            self._kept = True
            self._unkept = [*self._events]
            self._flush_soon()

    def after(self, number: int) -> list[Event] | None:
        """Return the events after a number; None where some are only in the table."""
        if self._kept and self._events and self._events[0].number > number + 1:
            return None
        return [event for event in self._events if event.number > number]

    async def flush(self) -> None:
        """Keep what is not kept yet."""
        events, self._unkept = self._unkept, []
        if events:
            await self._log.append(self._run.run_id, self._run.token, events)

    def close(self) -> None:
        """Tell that nothing more comes from this process."""
        self.closed = True
        self._wake()

    async def changed(self) -> None:
        """Wait for the next event, or the end."""
        await self._told.wait()

    def _flush_soon(self) -> None:
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_soon(), name="keep events")

    def _wake(self) -> None:
        self._told.set()
        self._told = asyncio.Event()

    async def _keep_soon(self) -> None:
        await asyncio.sleep(_FLUSH_SECONDS)
        try:
            await self.flush()
        except Exception:  # the stream goes on; only a replay from the table misses these
            _log.exception("events_not_kept", run_id=self._run.run_id)


class Hub:
    """The runs that this process tells of, and those that it listens to elsewhere."""

    def __init__(
        self,
        log: EventLog,
        *,
        poll_seconds: float,
        leaving: Callable[[], bool] = lambda: False,
        passing: tuple[type[Exception], ...] = (),
    ) -> None:
        """Take the table, the time between two looks into it, and whether the process ends.

        `passing` are the errors of a lost database, after which another look is taken.
        """
        self._passing = passing
        self._log = log
        self._leaving = leaving
        self._poll_seconds = poll_seconds
        self._channels: dict[str, Channel] = {}
        self._arrivals: dict[str, set[asyncio.Event]] = {}

    async def open(self, run: Run) -> Publish:
        """Begin to tell of a run; a resumed one goes on with its numbers."""
        first = await self._log.last(run.run_id) + 1 if run.token > 1 else 0
        channel = self._channels[run.run_id] = Channel(run, self._log, first)
        self._announce(run.run_id)
        return channel.publish

    async def flush(self, run: Run) -> None:
        """Keep what was told, before anyone knows of the run's end."""
        if channel := self._channels.get(run.run_id):
            await channel.flush()

    def keep(self, run_id: str) -> None:
        """Keep what a run tells, which somebody elsewhere listens to."""
        if channel := self._channels.get(run_id):
            channel.keep()

    def close(self, run: Run) -> None:
        """Tell that nothing more comes of a run from this process."""
        if channel := self._channels.pop(run.run_id, None):
            channel.close()
        self._announce(run.run_id)

    async def last(self, run_id: str) -> int:
        """Return the number of a run's last event; -1 where it has told none."""
        if channel := self._channels.get(run_id):
            return channel.last
        return await self._log.last(run_id)

    async def follow(
        self, run_id: str, after: int, read: Callable[[], Awaitable[Run]]
    ) -> AsyncIterator[Event]:
        """Yield the events of a run after a number, until the run has ended.

        In a process that ends it stops once the run is not here. `read` returns the run's row;
        its errors pass through.
        """
        channel: Channel | None = None
        while True:
            with self._arrival(run_id) as arrival:
                channel = self._channels.get(run_id, channel)
                ended = channel is None and await self._has_ended(read)
                events = channel.after(after) if channel else None
                if events is None:
                    events = await self._seen(partial(self._log.after, run_id, after))
                for event in events:
                    yield event
                    after = event.number
                if events:
                    continue
                if ended or (channel is None and self._leaving()):
                    return
                if channel is None:
                    await self._wait(arrival)
                elif channel.closed:
                    channel = None  # it has ended, or goes on elsewhere
                else:
                    await channel.changed()

    async def _has_ended(self, read: Callable[[], Awaitable[Run]]) -> bool:
        """Tell whether a run that is not here has ended; where it has not, ask for its events."""
        run = await self._seen(read)
        if not run.status.ended and not is_kept(run):
            await self._seen(partial(self._log.ask_for, run.run_id))
        return run.status.ended

    async def ended(self, run_id: str, read: Callable[[], Awaitable[Run]]) -> Run:
        """Wait until a run has ended; return its row.

        Raises HandedOverError in a process that ends once the run is not here.
        """
        while True:
            with self._arrival(run_id) as arrival:
                run = await self._seen(read)
                if run.status.ended:
                    return run
                if self._leaving() and run_id not in self._channels:
                    raise HandedOverError(f"run {run_id} goes on in another process; join it")
                await self._wait(arrival)

    @contextmanager
    def _arrival(self, run_id: str) -> Iterator[asyncio.Event]:
        """Give what is set when this process begins or ends to tell of a run."""
        arrival = asyncio.Event()
        listening = self._arrivals.setdefault(run_id, set())
        listening.add(arrival)
        try:
            yield arrival
        finally:
            listening.discard(arrival)
            if not listening and self._arrivals.get(run_id) is listening:
                del self._arrivals[run_id]

    async def _seen(self, look: Callable[[], Awaitable[T]]) -> T:
        """Return what a look gives; who waits for a run waits for a lost database as well."""
        while True:
            try:
                return await look()
            except self._passing:
                if self._leaving():
                    raise
                await asyncio.sleep(self._poll_seconds)

    async def _wait(self, arrival: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await arrival.wait()

    def _announce(self, run_id: str) -> None:
        for arrival in self._arrivals.get(run_id, ()):
            arrival.set()
