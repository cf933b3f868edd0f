"""Threads: make, find, change and remove them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.body import refuse
from runtime.api.agent.shape import thread_json
from runtime.api.agent.state import snapshot
from runtime.api.agent.thread_model import ThreadCreate, ThreadPatch, ThreadSearch
from runtime.execution.run import Json, Page

router = APIRouter(prefix="/threads", tags=["threads"])

CallerOf = Annotated[Caller, Depends(caller)]


def _page(search: ThreadSearch) -> Page:
    refuse(search, "values", "extract")
    return Page(
        limit=search.limit,
        offset=search.offset,
        status=search.status,
        metadata=search.metadata,
        ids=tuple(str(each) for each in search.ids),
        sort_by=search.sort_by,
        ascending=search.sort_order == "asc",
    )


@router.post("", summary="Make a thread")
async def create_thread(caller: CallerOf, body: ThreadCreate) -> Json:
    """Make a thread; 409 where its id is taken, unless `if_exists` is `do_nothing`."""
    refuse(body, "ttl", "supersteps")
    thread = await caller.execution.threads.create(
        caller.owner,
        thread_id=str(body.thread_id) if body.thread_id else None,
        metadata=body.metadata,
        keep=body.if_exists == "do_nothing",
    )
    return thread_json(thread)


@router.post("/search", summary="Find threads")
async def search_threads(caller: CallerOf, search: ThreadSearch) -> list[Json]:
    """Return the caller's threads, with what they hold."""
    threads = await caller.execution.threads.search(caller.owner, _page(search))
    return [thread_json(thread, await snapshot(caller, thread)) for thread in threads]


@router.post("/count", summary="Count threads")
async def count_threads(caller: CallerOf, search: ThreadSearch) -> int:
    """Return how many of the caller's threads a search finds."""
    return await caller.execution.threads.count(caller.owner, _page(search))


@router.get("/{thread_id}", summary="How is the thread?")
async def get_thread(caller: CallerOf, thread_id: UUID) -> Json:
    """Return a thread, with what it holds."""
    thread = await caller.thread(thread_id)
    return thread_json(thread, await snapshot(caller, thread))


@router.patch("/{thread_id}", summary="Say something about the thread")
async def update_thread(caller: CallerOf, thread_id: UUID, body: ThreadPatch) -> Json:
    """Lay metadata over a thread's."""
    refuse(body, "ttl")
    threads = caller.execution.threads
    return thread_json(await threads.update(caller.owner, str(thread_id), body.metadata))


@router.delete("/{thread_id}", status_code=204, summary="Remove the thread")
async def delete_thread(caller: CallerOf, thread_id: UUID) -> None:
    """Remove a thread with its runs and all that it holds; 409 while a run moves it."""
    await caller.execution.threads.delete(caller.owner, str(thread_id))
    await caller.service.core.checkpointer.adelete_thread(str(thread_id))
