"""POST /invoke and /invoke/stream: a question in, an answer with its evidence out."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from runtime.api.admission import Run
from runtime.api.model import Invocation, Outcome, problems
from runtime.api.path import INVOKE_PATH, STREAM_PATH
from runtime.api.service import Service, service_of
from runtime.observability.http_metrics import CLIENT_CLOSED_REQUEST

T = TypeVar("T")

router = APIRouter(tags=["research"])


async def admitted(
    invocation: Invocation, request: Request, service: Annotated[Service, Depends(service_of)]
) -> AsyncIterator[Run]:
    """Hold a place and the thread until the answer is sent."""
    with service.core.admission.admit(
        invocation.question,
        thread_id=invocation.thread_id,
        budget_ms=invocation.budget_ms,
        owner=request.state.user.owner,
    ) as run:
        yield run


Admitted = Annotated[Run, Depends(admitted)]


@router.post(
    INVOKE_PATH,
    response_model=Outcome,
    responses=problems(400, 401, 403, 409, 413, 422, 429, 500, 502, 503, 504),
    summary="Answer a question",
)
async def invoke(
    run: Admitted, request: Request, service: Annotated[Service, Depends(service_of)]
) -> Outcome | Response:
    """Run the graph to its end and return the answer.

    A run that meets its budget answers with what it has, marked `partial`. One that exceeds the
    request's time is cancelled, its upstream calls too, and answered 504. A caller that leaves
    cancels its run.
    """
    outcome = await _while_connected(request, service.runner.invoke(run))
    return outcome if outcome is not None else Response(status_code=CLIENT_CLOSED_REQUEST)


@router.post(
    STREAM_PATH,
    response_class=EventSourceResponse,
    responses=problems(400, 401, 403, 409, 413, 422, 429, 503),
    summary="Answer a question, and tell how it goes",
)
async def stream(
    run: Admitted, service: Annotated[Service, Depends(service_of)]
) -> AsyncIterator[ServerSentEvent]:
    """Run the graph and send its progress as server-sent events.

    `node_started` {node}, `node_finished` {node, duration_ms, and for a search its status, reason,
    total and records}, then `answer` (the body of /invoke) or `error` {kind, status, detail}, and
    always `end`.
    """
    async for event in service.runner.stream(run):
        yield ServerSentEvent(event=event.name, data=event.data)
    yield ServerSentEvent(event="end", data={"thread_id": run.thread_id})


async def _while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what the work returns, or cancel it and return None when the client leaves."""
    task = asyncio.ensure_future(work)
    watcher = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        watcher.cancel()
        task.cancel()
        await asyncio.wait({task, watcher})


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
