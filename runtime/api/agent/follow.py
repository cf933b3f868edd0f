"""Waiting for a run: its events, or its end, with signs of life in between."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeVar

from fastapi import Header, Query
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from runtime.api.agent.access import Caller
from runtime.errors import NotFoundError, RequestError
from runtime.execution.events import Event
from runtime.execution.plain import json_bytes
from runtime.execution.run import Action, Run

T = TypeVar("T")

_ALWAYS = ("metadata", "error")
"""Events that are told whatever mode is asked for."""

FROM_NOW = -2
"""Stands for the number of the last event there is."""

FROM_THE_FIRST = -1
"""Stands for the number before that of the first event."""

_REMOVED = {"error": "removed", "message": "the run was rolled back, or its thread removed"}
"""What those are told who wait for a run that is gone."""

_cancelling: set[asyncio.Task[None]] = set()
"""Cancellations under way, whose callers have gone."""


_SOON_SECONDS = 0.25
"""Time in which a run may end before its waiting caller is told of it: how to join it, should the
connection break.
"""

STILL_HERE = b": still here\n\n"
"""A sign of life."""


class EventStream(StreamingResponse):
    """An answer of server-sent events."""

    media_type = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How somebody follows a run."""

    after: int = FROM_NOW
    """Number of the last event that they have."""
    modes: tuple[str, ...] = ()
    """Events to tell; none tells all."""
    cancel: bool = False
    """Whether the run ends when they leave."""

    @staticmethod
    def of_request(
        last_event_id: Annotated[str | None, Header()] = None,
        stream_mode: Annotated[list[str] | None, Query()] = None,
        cancel_on_disconnect: bool = False,
        after: Annotated[int, Query(ge=FROM_NOW, le=999_999_999)] = FROM_NOW,
    ) -> "Asked":
        """Return what a request asks for (a FastAPI dependency)."""
        # The client sends an empty text where it names none.
        asked = [mode for mode in stream_mode or () if mode]
        modes = tuple("messages" if mode == "messages-tuple" else mode for mode in asked)
        number = after if last_event_id is None else _number(last_event_id)
        return Asked(after=number, modes=modes, cancel=cancel_on_disconnect)

    def wants(self, event: Event) -> bool:
        """Tell whether an event is to be told."""
        kind = event.name.partition("|")[0].partition("/")[0]
        return not self.modes or kind in self.modes or kind in _ALWAYS


def _number(text: str) -> int:
    if not re.fullmatch(r"-1|\d{1,9}", text):
        raise RequestError(f"Last-Event-ID {text!r} is not the number of an event")
    return int(text)


async def stream_body(caller: Caller, run: Run, asked: Asked) -> AsyncIterator[bytes]:
    """Yield the events of a run as server-sent events, until it has ended or the pod leaves."""
    hub, over, failed = caller.execution.hub, False, False
    after = await hub.last(run.run_id) if asked.after == FROM_NOW else asked.after
    events = hub.follow(run.run_id, after, lambda: caller.run(run.thread_id, run.run_id))
    try:
        async with aclosing(with_pauses(events, pause_seconds(caller))) as told:
            async for event in told:
                if event is None:
                    yield STILL_HERE
                elif asked.wants(event):
                    failed = event.name == "error"
                    yield framed(str(event.number), event.name, event.data)
        over = True
    except NotFoundError:  # it was rolled back, and its events with it
        over = True
        if not failed:
            yield b"event: error\ndata: " + json_bytes(_REMOVED) + b"\n\n"
    finally:
        _left(caller, run, cancel=asked.cancel and not over)


def framed(event_id: str, name: str, data: str) -> bytes:
    """Return an event as it is sent."""
    return f"id: {event_id}\nevent: {name}\ndata: {data}\n\n".encode()


class RunResult(StreamingResponse):
    """What a run gives, once it has ended; blank lines until then.

    Where the pod leaves first the body breaks off, and the client joins the run elsewhere.
    """

    media_type = "application/json"

    def __init__(
        self, caller: Caller, run: Run, headers: Mapping[str, str], *, cancel: bool
    ) -> None:
        """Take who waits for which run; `cancel` ends the run when they leave."""
        self._caller, self._run = caller, run
        self._cancel, self._over = cancel, False
        super().__init__((), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once where the run ends soon: a stream costs more than a short run."""
        read = partial(self._caller.run, self._run.thread_id, self._run.run_id)
        ended = asyncio.ensure_future(self._caller.execution.hub.ended(self._run, read))
        try:
            await asyncio.wait({ended}, timeout=_SOON_SECONDS)
            if ended.done() and ended.exception() is None:
                self._over = True
                body = _told(ended.result())
                await Response(body, headers=self.headers)(scope, receive, send)
                return
            self.body_iterator = self._lines(ended)
            await super().__call__(scope, receive, send)
        finally:
            ended.cancel()
            # Not where the lines end: who left before the first of them left them unbegun.
            _left(self._caller, self._run, cancel=self._cancel and not self._over)

    async def _lines(self, ended: asyncio.Future[Run]) -> AsyncIterator[bytes]:
        while not (await asyncio.wait({ended}, timeout=pause_seconds(self._caller)))[0]:
            yield b"\n"
        try:
            yield _told(ended.result())
        except NotFoundError:
            yield json_bytes({"__error__": _REMOVED})
        self._over = True


def _told(run: Run) -> bytes:
    return json_bytes({"__error__": run.error} if run.error else run.result)


async def cancel_run(caller: Caller, run: Run, action: Action = "interrupt") -> Run:
    """End a run, at once where this process works on it; RunEndedError as `Runs.cancel`."""
    return await caller.execution.cancel(run, action)


def pause_seconds(caller: Caller) -> int:
    """Return how long nothing may come before a sign of life is sent."""
    return caller.service.core.settings.config.execution.keepalive_seconds


def _left(caller: Caller, run: Run, *, cancel: bool) -> None:
    """Cancel a run whose caller has gone; not here, where the caller's own task is cancelled."""
    if not cancel or caller.service.drain.draining:
        return
    task = asyncio.create_task(_cancel(caller, run), name="cancel on disconnect")
    _cancelling.add(task)
    task.add_done_callback(_cancelling.discard)


async def _cancel(caller: Caller, run: Run) -> None:
    with suppress(NotFoundError):  # it was removed meanwhile
        await cancel_run(caller, run)


async def with_pauses(items: AsyncIterator[T], seconds: float) -> AsyncGenerator[T | None]:
    """Yield what comes, and None for each time that nothing came for so long."""
    coming: asyncio.Future[T | None] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(items, None))
            await asyncio.wait({coming}, timeout=seconds)
            if not coming.done():
                yield None
                continue
            item, coming = coming.result(), None
            if item is None:
                return
            yield item
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.wait({coming})
