"""What one run tells in the process that works on it."""

import asyncio
from collections import deque
from typing import Any

import structlog

from runtime.execution.events import Event, EventLog
from runtime.execution.plain import json_bytes
from runtime.execution.run import Run

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
        self.run = run
        self._log = log
        self._next = first
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._unkept: list[Event] = []
        self._keeping: asyncio.Task[None] | None = None
        self._told = asyncio.Event()
        self._kept = is_kept(run)
        self._over = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing more comes."""
        return self._over.is_set()

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
            await self._log.append(self.run.run_id, self.run.token, events)

    def close(self, run: Run) -> None:
        """Tell that nothing more comes from this process, and how the run is now."""
        self.run = run
        self._over.set()
        self._wake()

    async def over(self) -> None:
        """Wait until nothing more comes from this process."""
        await self._over.wait()

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
            _log.exception("events_not_kept", run_id=self.run.run_id)
