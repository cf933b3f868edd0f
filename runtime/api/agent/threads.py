"""Threads: make, find, change, copy, prune and remove them."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import JSONResponse, Response

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.change import apply
from runtime.api.agent.shape import sizes_json, thread_json, ttl_json
from runtime.api.agent.state import snapshot
from runtime.api.agent.thread_model import ThreadCreate, ThreadPatch, ThreadSearch, ThreadsPrune
from runtime.api.agent.thread_search import counted, found
from runtime.errors import NotFoundError, RequestError, ServiceError
from runtime.execution.run import Json, Thread

router = APIRouter(prefix="/threads", tags=["threads"])

CallerOf = Annotated[Caller, Depends(caller)]


@router.post("", summary="Make a thread")
async def create_thread(caller: CallerOf, body: ThreadCreate) -> Json:
    """Make a thread; 409 where its id is taken, unless `if_exists` is `do_nothing`.

    With `supersteps` it holds what these give; one that is there already stays as it is.
    """
    keep = body.if_exists == "do_nothing"
    if keep and (there := await _there(caller, body.thread_id)):
        return thread_json(there)
    thread = await caller.execution.threads.create(
        caller.owner,
        thread_id=str(body.thread_id) if body.thread_id else None,
        metadata=body.metadata,
        ttl=body.ttl.plain() if body.ttl else None,
        keep=keep,
    )
    if not body.supersteps:
        return thread_json(thread)
    try:
        await apply(caller, thread, body.supersteps)
    except ServiceError:
        await delete_thread(caller, UUID(thread.thread_id))
        raise
    changed = await caller.thread(UUID(thread.thread_id))
    return thread_json(changed, await snapshot(caller, changed))


async def _there(caller: Caller, thread_id: UUID | None) -> Thread | None:
    with suppress(NotFoundError):
        return await caller.thread(thread_id) if thread_id else None
    return None


@router.post("/search", summary="Find threads")
async def search_threads(caller: CallerOf, search: ThreadSearch) -> JSONResponse:
    """Return the caller's threads, with what they hold."""
    return JSONResponse(await found(caller, search))


@router.post("/count", summary="Count threads")
async def count_threads(caller: CallerOf, search: ThreadSearch) -> int:
    """Return how many of the caller's threads a search finds."""
    return await counted(caller, search)


@router.post("/prune", summary="Prune threads")
async def prune_threads(caller: CallerOf, body: ThreadsPrune) -> Json:
    """Remove threads, or all but their last states; return how many were pruned.

    Left alone is one that a run moves, and one whose graph keeps differences (DeltaChannel).
    """
    named = [str(each) for each in body.thread_ids]
    pruned = await caller.execution.upkeep.prune(caller.owner, named, body.strategy)
    return {"pruned_count": pruned}


@router.get("/{thread_id}", summary="How is the thread?")
async def get_thread(
    caller: CallerOf, thread_id: UUID, include: Annotated[str, Query()] = ""
) -> Json:
    """Return a thread, with what it holds, and with `include=ttl` how long it stays."""
    asked = [each for each in include.split(",") if each]
    if unknown := [each for each in asked if each != "ttl"]:
        raise RequestError(f"include: there is no {unknown[0]!r}; there is ttl")
    thread = await caller.thread(thread_id)
    shape = thread_json(thread, await snapshot(caller, thread))
    return {**shape, "ttl": ttl_json(thread.ttl)} if asked else shape


@router.patch("/{thread_id}", summary="Say something about the thread", response_model=None)
async def update_thread(
    caller: CallerOf,
    thread_id: UUID,
    body: ThreadPatch,
    prefer: Annotated[str | None, Header()] = None,
) -> Json | Response:
    """Lay metadata over a thread's; with `Prefer: return=minimal` nothing is answered."""
    ttl = body.ttl.plain() if body.ttl else None
    changed = await caller.execution.threads.update(
        caller.owner, str(thread_id), body.metadata, ttl
    )
    return Response(status_code=204) if prefer == "return=minimal" else thread_json(changed)


@router.post("/{thread_id}/copy", summary="Copy the thread")
async def copy_thread(caller: CallerOf, thread_id: UUID) -> Json:
    """Make a thread that holds what this one does, its history too; the runs stay here."""
    copied = await caller.execution.upkeep.copy(caller.owner, str(thread_id))
    return thread_json(copied, await snapshot(caller, copied))


@router.get("/{thread_id}/storage", summary="What does the thread take?")
async def get_storage(caller: CallerOf, thread_id: UUID) -> Json:
    """Return the bytes of a thread's checkpoints, as they are stored."""
    sizes = await caller.execution.upkeep.sizes(caller.owner, str(thread_id))
    return sizes_json(str(thread_id), sizes)


@router.delete("/{thread_id}", status_code=204, summary="Remove the thread")
async def delete_thread(caller: CallerOf, thread_id: UUID) -> None:
    """Remove a thread with its runs and all that it holds; 409 while a run moves it."""
    await caller.execution.threads.delete(caller.owner, str(thread_id))
    await caller.service.core.checkpointer.adelete_thread(str(thread_id))
