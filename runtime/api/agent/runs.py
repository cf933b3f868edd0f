"""Runs on threads and without one: ask for them, wait, look, cancel."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse, Response, StreamingResponse

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.body import Limit, Offset
from runtime.api.agent.follow import (
    FROM_THE_FIRST,
    Asked,
    EventStream,
    RunResult,
    cancel_run,
    stream_body,
)
from runtime.api.agent.run_model import RunCreate, RunField, RunsCancel
from runtime.api.agent.select import chosen
from runtime.api.agent.shape import run_json
from runtime.errors import NotFoundError
from runtime.execution.request import TRACED, USER
from runtime.execution.run import Action, Json, NewRun, Page, Run, RunState
from runtime.observability import trace

router = APIRouter(tags=["runs"])

CallerOf = Annotated[Caller, Depends(caller)]


async def ask_for(
    caller: Caller, body: RunCreate, thread_id: UUID | None, *, streamed: bool
) -> Run:
    """Put a run into the queue; what can be refused is refused before."""
    caller.service.core.admission.check_storable()
    entry = caller.execution.graphs.get(body.assistant_id)
    entry.context(body.context)
    times = caller.service.core.settings.config.execution
    new = NewRun(
        run_id=str(uuid4()),
        thread_id=str(thread_id or uuid4()),
        owner=caller.owner,
        graph=entry.name,
        request={
            **body.request(),
            "streamed": streamed,
            USER: caller.told,
            TRACED: trace.kept(),
        },
        metadata=body.metadata,
        priority=times.default_priority if body.priority is None else body.priority,
        timeout_seconds=times.run_timeout_seconds,
        strategy=body.multitask_strategy,
        after_seconds=body.after_seconds,
        makes_thread=thread_id is None,
    )
    return await caller.execution.submit(
        new,
        create_thread=thread_id is None or body.if_not_exists == "create",
        temporary=thread_id is None and body.on_completion == "delete",
    )


def _place(run: Run, way: str = "") -> str:
    return f"/threads/{run.thread_id}/runs/{run.run_id}{way}"


def _streamed(caller: Caller, run: Run, asked: Asked) -> EventStream:
    # Who comes back before the first event has no number to name; an address can name it.
    again = f"/stream?after={asked.after}" if asked.after == FROM_THE_FIRST else "/stream"
    headers = {
        "Content-Location": _place(run),
        "Location": _place(run, again),
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }
    body = stream_body(caller, run, asked)
    return EventStream(body, headers=headers)


def _waited(caller: Caller, run: Run, *, cancel: bool = False) -> RunResult:
    headers = {"Content-Location": _place(run), "Location": _place(run, "/join")}
    return RunResult(caller, run, headers, cancel=cancel)


def _created(run: Run) -> JSONResponse:
    return JSONResponse(run_json(run), headers={"Content-Location": _place(run)})


@router.post("/threads/{thread_id}/runs", summary="Ask for a run")
async def create_run(caller: CallerOf, thread_id: UUID, body: RunCreate) -> JSONResponse:
    """Put a run into the queue and return it."""
    return _created(await ask_for(caller, body, thread_id, streamed=False))


@router.post("/threads/{thread_id}/runs/wait", summary="Ask for a run and wait for its end")
async def wait_run(caller: CallerOf, thread_id: UUID, body: RunCreate) -> StreamingResponse:
    """Return what the run gives, or `__error__`."""
    run = await ask_for(caller, body, thread_id, streamed=False)
    return _waited(caller, run, cancel=body.on_disconnect == "cancel")


@router.post(
    "/threads/{thread_id}/runs/stream",
    response_class=EventStream,
    summary="Ask for a run and follow it",
)
async def stream_run(caller: CallerOf, thread_id: UUID, body: RunCreate) -> StreamingResponse:
    """Send what happens in the run as server-sent events."""
    run = await ask_for(caller, body, thread_id, streamed=True)
    return _streamed(
        caller, run, Asked(after=FROM_THE_FIRST, cancel=body.on_disconnect == "cancel")
    )


@router.post("/runs", summary="Ask for a run without a thread")
async def create_stateless(caller: CallerOf, body: RunCreate) -> JSONResponse:
    """Put a run on a thread of its own into the queue and return it."""
    return _created(await ask_for(caller, body, None, streamed=False))


@router.post("/runs/wait", summary="Ask for a run without a thread and wait for its end")
async def wait_stateless(caller: CallerOf, body: RunCreate) -> StreamingResponse:
    """Return what the run gives, or `__error__`."""
    run = await ask_for(caller, body, None, streamed=False)
    return _waited(caller, run, cancel=body.on_disconnect == "cancel")


@router.post(
    "/runs/stream",
    response_class=EventStream,
    summary="Ask for a run without a thread and follow it",
)
async def stream_stateless(caller: CallerOf, body: RunCreate) -> StreamingResponse:
    """Send what happens in the run as server-sent events."""
    run = await ask_for(caller, body, None, streamed=True)
    return _streamed(
        caller, run, Asked(after=FROM_THE_FIRST, cancel=body.on_disconnect == "cancel")
    )


@router.post("/runs/batch", summary="Ask for several runs without a thread")
async def create_batch(caller: CallerOf, bodies: list[RunCreate]) -> list[Json]:
    """Put runs on threads of their own into the queue and return them."""
    return [run_json(await ask_for(caller, body, None, streamed=False)) for body in bodies]


@router.get("/threads/{thread_id}/runs", summary="Which runs moved the thread?")
async def list_runs(
    caller: CallerOf,
    thread_id: UUID,
    limit: Limit = 10,
    offset: Offset = 0,
    status: RunState | None = None,
    select: Annotated[list[RunField] | None, Query()] = None,
) -> list[Json]:
    """Return the runs of a thread, the newest first."""
    page = Page(limit=limit, offset=offset, status=status)
    runs = await caller.execution.runs.of_thread(caller.owner, str(thread_id), page)
    return [chosen(run_json(run), select) for run in runs]


@router.get("/threads/{thread_id}/runs/{run_id}", summary="How is the run?")
async def get_run(caller: CallerOf, thread_id: UUID, run_id: UUID) -> Json:
    """Return a run."""
    return run_json(await caller.run(thread_id, run_id))


@router.get("/threads/{thread_id}/runs/{run_id}/join", summary="Wait for the run's end")
async def join_run(caller: CallerOf, thread_id: UUID, run_id: UUID) -> StreamingResponse:
    """Return what the run gives, or `__error__`."""
    return _waited(caller, await caller.run(thread_id, run_id))


@router.get(
    "/threads/{thread_id}/runs/{run_id}/stream",
    response_class=EventStream,
    summary="Follow the run",
)
async def join_stream(
    caller: CallerOf,
    thread_id: UUID,
    run_id: UUID,
    asked: Annotated[Asked, Depends(Asked.of_request)],
) -> StreamingResponse:
    """Send what happens in the run after `Last-Event-ID`, or from now on, until its end."""
    return _streamed(caller, await caller.run(thread_id, run_id), asked)


@router.post(
    "/threads/{thread_id}/runs/{run_id}/cancel",
    summary="End the run",
    responses={202: {"description": "It ends soon, and is not waited for"}},
)
async def cancel(
    caller: CallerOf,
    thread_id: UUID,
    run_id: UUID,
    wait: bool = False,
    action: Action = "interrupt",
) -> Response:
    """Ask for the end of a run, which is then interrupted, or gone without a trace.

    An ended one stays as it is; to roll it back is 409.
    """
    run = await caller.run(thread_id, run_id)
    run = await cancel_run(caller, run, action)
    if wait:
        with suppress(NotFoundError):  # it is rolled back
            await caller.execution.hub.ended(run, lambda: caller.run(thread_id, run_id))
    return JSONResponse({}, 200 if wait else 202)


@router.post("/runs/cancel", status_code=204, summary="End several runs")
async def cancel_runs(caller: CallerOf, body: RunsCancel, action: Action = "interrupt") -> None:
    """Ask for the end of runs under way; 404 where none of those that are meant is."""
    cancelled = await caller.execution.runs.cancel_all(caller.owner, body.which(), action)
    if not cancelled:
        raise NotFoundError("none of the runs that are meant is under way")
    for run in cancelled:
        caller.execution.worker.cancel(run.run_id)


@router.delete("/threads/{thread_id}/runs/{run_id}", status_code=204, summary="Remove the run")
async def delete_run(caller: CallerOf, thread_id: UUID, run_id: UUID) -> None:
    """Remove an ended or a waiting run; 409 for one that runs."""
    await caller.execution.runs.delete(caller.owner, str(thread_id), str(run_id))
