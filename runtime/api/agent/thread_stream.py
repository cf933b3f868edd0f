"""The stream of a whole thread: what its runs tell, one after another, until the caller leaves."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.follow import (
    FROM_NOW,
    FROM_THE_FIRST,
    STILL_HERE,
    EventStream,
    framed,
    pause_seconds,
    with_pauses,
)
from runtime.errors import NotFoundError, NotSupportedError, RequestError
from runtime.execution.events import Event
from runtime.execution.run import Run
from runtime.execution.tail import Tail

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"])

CallerOf = Annotated[Caller, Depends(caller)]

Mode = Literal["run_modes", "lifecycle", "state_update"]
"""What of a thread's runs is told."""

_ID = re.compile(r"([0-9a-f-]{36}):(\d{1,9})")
"""Id of an event: the run and its number in it."""

_ALL = ("-", "-1")
"""Ids that ask for everything that was kept."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a thread somebody is."""

    run: Run | None
    """The run that they hear; None between two."""
    since: float
    """When the last run that they heard began, in the database's seconds since 1970."""
    number: int = FROM_THE_FIRST
    """Number of the last event of the run that they have."""


@router.get("/stream", response_class=EventStream, summary="Follow the thread")
async def stream_thread(
    caller: CallerOf,
    thread_id: UUID,
    last_event_id: Annotated[str | None, Header()] = None,
    stream_mode: Annotated[list[Mode] | None, Query()] = None,
) -> EventStream:
    """Send what happens in the runs of a thread as server-sent events; it has no end of its own."""
    await caller.thread(thread_id)
    if other := [mode for mode in stream_mode or () if mode != "run_modes"]:
        raise NotSupportedError(f"stream_mode {other[0]!r} is not there yet; use run_modes")
    tail = Tail(caller.execution.queue.database, keep_seconds=2 * pause_seconds(caller))
    place = await _place(caller, tail, str(thread_id), last_event_id)
    body = _body(caller, tail, str(thread_id), place)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(body, headers=headers)


async def _place(caller: Caller, tail: Tail, thread_id: str, asked: str | None) -> _Place:
    if asked in _ALL:
        return _Place(None, 0.0)
    last = await tail.last(caller.owner, thread_id)
    if asked is None:
        since = (last and last.started_at) or 0.0
        return _Place(last if last and not last.status.ended else None, since, FROM_NOW)
    named = _ID.fullmatch(asked)
    if named is None:
        raise RequestError(f"Last-Event-ID {asked!r} is not the id of an event of a thread")
    run = await caller.run(thread_id, named[1])
    return _Place(run, run.started_at or 0.0, int(named[2]))


async def _body(caller: Caller, tail: Tail, thread_id: str, place: _Place) -> AsyncIterator[bytes]:
    events = _events(caller, tail, thread_id, place)
    with suppress(NotFoundError):  # the thread is gone
        async with aclosing(with_pauses(events, pause_seconds(caller))) as told:
            async for item in told:
                if item is None:
                    yield STILL_HERE
                else:
                    run, event = item
                    yield framed(event, f"{run.run_id}:")


async def _events(
    caller: Caller, tail: Tail, thread_id: str, place: _Place
) -> AsyncIterator[tuple[Run, Event]]:
    poll_seconds = caller.service.core.settings.config.execution.poll_interval_ms / 1000
    while True:
        if place.run is not None:
            async for event in _of_run(caller, place.run, place.number):
                yield place.run, event
        if caller.service.drain.draining:
            return
        run = await tail.next(caller.owner, thread_id, place.since)
        if run is None:
            place = _Place(None, place.since)
            await asyncio.sleep(poll_seconds)
        else:
            place = _Place(run, run.started_at or place.since)


async def _of_run(caller: Caller, run: Run, number: int) -> AsyncIterator[Event]:
    hub = caller.execution.hub
    after = await hub.last(run.run_id) if number == FROM_NOW else number
    with suppress(NotFoundError):  # it was rolled back; the thread goes on without it
        async for event in hub.follow(
            run.run_id, after, lambda: caller.run(run.thread_id, run.run_id)
        ):
            yield event
