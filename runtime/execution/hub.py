"""Who listens to which run: from memory in the process that works on it, else from the table."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

from runtime.errors import HandedOverError
from runtime.execution.channel import Channel, is_kept
from runtime.execution.events import Event, EventLog
from runtime.execution.executor import Publish
from runtime.execution.run import Run

T = TypeVar("T")

_REMEMBERED = 256
"""Runs of which this process told a moment ago: who comes late to one must ask the table."""


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
        self._closed: deque[str] = deque(maxlen=_REMEMBERED)
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
        channel = self._channels.get(run.run_id)
        if channel and channel.run.token == run.token:  # else it is back here already
            del self._channels[run.run_id]
            self._closed.append(run.run_id)
            channel.close(run)
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

    async def ended(self, run: Run, read: Callable[[], Awaitable[Run]]) -> Run:
        """Wait until a run has ended; return its row.

        `run` is as its row was a moment ago: the table is not asked again for what this process
        would have told. Raises HandedOverError in a process that ends once the run is not here.
        """
        run_id = run.run_id
        while True:
            with self._arrival(run_id) as arrival:
                channel = self._channels.get(run_id)
                if channel is not None:
                    await channel.over()
                    run = channel.run
                elif run_id in self._closed:
                    run = await self._seen(read)
                if run.status.ended:
                    return run
                if channel is not None:
                    continue  # it goes on, here or elsewhere
                if self._leaving():
                    raise HandedOverError(f"run {run_id} goes on in another process; join it")
                if not await self._wait(arrival):
                    run = await self._seen(read)

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

    async def _wait(self, arrival: asyncio.Event) -> bool:
        """Wait for news of this process for as long as the table need not be asked."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await arrival.wait()
        return arrival.is_set()

    def _announce(self, run_id: str) -> None:
        for arrival in self._arrivals.get(run_id, ()):
            arrival.set()
