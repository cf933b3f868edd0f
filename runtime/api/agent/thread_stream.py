"""The stream of a whole thread: what its runs tell, one after another, until the caller leaves."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
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
from runtime.errors import NotFoundError, RequestError
from runtime.execution.plain import json_bytes
from runtime.execution.run import Run
from runtime.execution.tail import Past, StateChange, Tail

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"])

CallerOf = Annotated[Caller, Depends(caller)]

Mode = Literal["run_modes", "lifecycle", "state_update"]
"""What of a thread is told: all that its runs tell, each run's beginning and end, or changes of
its state that callers make."""

_ID = re.compile(r"([0-9a-f-]{36}|state):(\d{1,9}|done)")
"""Id of an event: the run and its number in it, or `done` for the run's end; or `state` and the
number of the change."""

_ALL = ("-", "-1")
"""Ids that ask for everything that was kept."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a thread somebody is."""

    run: Run | None
    """The run that they hear; None between two."""
    past: Past
    """What they have heard; the run's own beginning while they hear it."""
    number: int = FROM_THE_FIRST
    """Number of the last event of the run that they have."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An event of a thread."""

    event_id: str
    """By which somebody comes back."""
    name: str
    """Its name."""
    data: str
    """JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ear:
    """Somebody who listens to a thread."""

    caller: Caller
    """Who."""
    thread_id: str
    """To which thread."""
    modes: Sequence[Mode]
    """To what of it."""
    tail: Tail
    """What finds the next thing there is to hear."""

    @property
    def hears_runs(self) -> bool:
        """Whether the beginnings and ends of runs are told."""
        return "run_modes" in self.modes or "lifecycle" in self.modes

    def hears(self, name: str) -> bool:
        """Tell whether an event of a run is told; its metadata is its beginning."""
        return "run_modes" in self.modes or ("lifecycle" in self.modes and name == "metadata")


@router.get("/stream", response_class=EventStream, summary="Follow the thread")
async def stream_thread(
    caller: CallerOf,
    thread_id: UUID,
    last_event_id: Annotated[str | None, Header()] = None,
    stream_mode: Annotated[list[Mode] | None, Query()] = None,
) -> EventStream:
    """Send what happens on a thread as server-sent events; it has no end of its own."""
    await caller.thread(thread_id)
    modes = stream_mode or ["run_modes"]
    tail = Tail(
        caller.execution.queue.database,
        keep_seconds=2 * pause_seconds(caller),
        changes="state_update" in modes,
    )
    ear = _Ear(caller=caller, thread_id=str(thread_id), modes=modes, tail=tail)
    body = _body(ear, await _place(ear, last_event_id))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(body, headers=headers)


async def _place(ear: _Ear, asked: str | None) -> _Place:
    if asked in _ALL:
        return _Place(None, Past(0.0))
    last, now = await ear.tail.now(ear.caller.owner, ear.thread_id)
    if asked is None:
        if last is None or last.status.ended:
            return _Place(None, Past(now))
        return _Place(last, _began(last), FROM_NOW)
    named = _ID.fullmatch(asked)
    if named is None or named.groups() == ("state", "done"):
        raise RequestError(f"Last-Event-ID {asked!r} is not the id of an event of a thread")
    if named[1] == "state":
        return _Place(None, _made(await ear.tail.change(ear.thread_id, int(named[2]))))
    run = await ear.caller.run(ear.thread_id, named[1])
    if named[2] == "done":
        return _Place(None, _began(run))
    return _Place(run, _began(run), int(named[2]))


def _began(run: Run) -> Past:
    return Past(run.started_at or 0.0)


def _made(change: StateChange) -> Past:
    return Past(change.made_at, change.number)


async def _body(ear: _Ear, place: _Place) -> AsyncIterator[bytes]:
    with suppress(NotFoundError):  # the thread is gone
        paused = with_pauses(_events(ear, place), pause_seconds(ear.caller))
        async with aclosing(paused) as told:
            async for item in told:
                if item is None:
                    yield STILL_HERE
                else:
                    yield framed(item.event_id, item.name, item.data)


async def _events(ear: _Ear, place: _Place) -> AsyncIterator[_Told]:
    service = ear.caller.service
    poll_seconds = service.core.settings.config.execution.poll_interval_ms / 1000
    while True:
        if place.run is not None:
            async for told in _of_run(ear, place.run, place.number):
                yield told
        if service.drain.draining:
            return
        found = await ear.tail.next(ear.caller.owner, ear.thread_id, place.past)
        if found is None:
            place = _Place(None, place.past)
            await asyncio.sleep(poll_seconds)
        elif isinstance(found, StateChange):
            yield _Told(f"state:{found.number}", "state_update", found.data)
            place = _Place(None, _made(found))
        else:
            place = _Place(found, _began(found))


async def _of_run(ear: _Ear, run: Run, number: int) -> AsyncIterator[_Told]:
    """Yield what is told of a run, its end last; nothing of an end that is not there yet."""
    hub, over = ear.caller.execution.hub, True
    after = await hub.last(run.run_id) if number == FROM_NOW else number

    async def read() -> Run:
        return await ear.caller.run(run.thread_id, run.run_id)

    with suppress(NotFoundError):  # it was rolled back; the thread goes on without it
        async for event in hub.follow(run.run_id, after, read):
            if ear.hears(event.name):
                yield _Told(f"{run.run_id}:{event.number}", event.name, event.data)
        over = (await read()).status.ended
    if over and ear.hears_runs:
        done = json_bytes({"status": "run_done", "run_id": run.run_id}).decode()
        yield _Told(f"{run.run_id}:done", "metadata", done)
