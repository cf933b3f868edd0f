"""States of a thread: what its graph keeps, now and before."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from langgraph.errors import InvalidUpdateError
from langgraph.types import StateSnapshot

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.body import Limit
from runtime.api.agent.shape import empty_state_json, state_json
from runtime.api.agent.state_model import HistoryQuery, StateQuery, StateUpdate
from runtime.errors import NotFoundError, RequestError, ThreadBusyError
from runtime.execution.graphs import AnyGraph
from runtime.execution.request import checkpoint_of, thread_config
from runtime.execution.run import Json, Thread, ThreadState

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"])

_REFUSALS = (InvalidUpdateError, LookupError, TypeError, ValueError, AttributeError)
"""What LangGraph, or a graph's own reducer, raises at values that do not fit."""

CallerOf = Annotated[Caller, Depends(caller)]


def graph_of(caller: Caller, thread: Thread) -> AnyGraph | None:
    """Return the graph that moves a thread; None where no run has, or the graph is gone."""
    named = thread.metadata.get("graph_id")
    try:
        return caller.execution.graphs.get(str(named)).graph if named else None
    except NotFoundError:
        return None


async def snapshot(
    caller: Caller, thread: Thread, checkpoint: Json | None = None, *, subgraphs: bool = False
) -> StateSnapshot | None:
    """Return a thread's state, at a checkpoint where one is given; None where it has none."""
    graph = graph_of(caller, thread)
    if graph is None:
        return None
    config = thread_config(thread.thread_id, checkpoint)
    try:
        state = await graph.aget_state(config, subgraphs=subgraphs)
    except ValueError as error:  # LangGraph's, for a subgraph that there is not
        raise NotFoundError(f"thread {thread.thread_id} has no such checkpoint") from error
    if checkpoint and state.created_at is None:
        raise NotFoundError(f"thread {thread.thread_id} has no such checkpoint")
    return state


async def _state(
    caller: Caller, thread_id: UUID, checkpoint: Json | None, *, subgraphs: bool
) -> Json:
    thread = await caller.thread(thread_id)
    state = await snapshot(caller, thread, checkpoint, subgraphs=subgraphs)
    return empty_state_json(thread.thread_id) if state is None else state_json(state)


@router.get("/state", summary="What does the thread hold?")
async def get_state(caller: CallerOf, thread_id: UUID, subgraphs: bool = False) -> Json:
    """Return a thread's state."""
    return await _state(caller, thread_id, None, subgraphs=subgraphs)


@router.get("/state/{checkpoint_id}", summary="What did the thread hold?")
async def get_state_at(
    caller: CallerOf, thread_id: UUID, checkpoint_id: UUID, subgraphs: bool = False
) -> Json:
    """Return a thread's state at a checkpoint."""
    checkpoint = {"checkpoint_id": str(checkpoint_id)}
    return await _state(caller, thread_id, checkpoint, subgraphs=subgraphs)


@router.post("/state/checkpoint", summary="What did the thread hold?")
async def query_state(caller: CallerOf, thread_id: UUID, query: StateQuery) -> Json:
    """Return a thread's state at a checkpoint, which may be a subgraph's."""
    checkpoint = query.checkpoint.plain()
    return await _state(caller, thread_id, checkpoint, subgraphs=query.subgraphs)


@router.post("/state", summary="Change what the thread holds")
async def update_state(caller: CallerOf, thread_id: UUID, update: StateUpdate) -> Json:
    """Lay values over a thread's state as if a node had given them; 409 while a run moves it."""
    thread = await caller.thread(thread_id)
    if thread.status is ThreadState.BUSY:
        raise ThreadBusyError("a run on this thread has not ended; wait for it, or cancel it")
    graph = graph_of(caller, thread)
    if graph is None:
        raise RequestError(
            "the thread has no graph; make it with metadata.graph_id, or run a graph on it first"
        )
    checkpoint = checkpoint_of(update.model_dump(exclude_none=True))
    place = thread_config(thread.thread_id, checkpoint)
    try:
        config = await graph.aupdate_state(place, update.values, as_node=update.as_node)
    except _REFUSALS as error:
        raise RequestError(
            f"the graph takes no such values as those of node {update.as_node!r} "
            f"({type(error).__name__}); name a node of it in as_node, and values that it may give"
        ) from error
    own = config["configurable"]
    return {"checkpoint": {**own, "checkpoint_ns": own.get("checkpoint_ns", "")}}


@router.post("/history", summary="How did the thread get here?")
async def query_history(caller: CallerOf, thread_id: UUID, query: HistoryQuery) -> list[Json]:
    """Return a thread's states, the newest first."""
    thread = await caller.thread(thread_id)
    graph = graph_of(caller, thread)
    if graph is None:
        return []
    try:
        history = graph.aget_state_history(
            thread_config(thread.thread_id, query.checkpoint.plain() if query.checkpoint else None),
            filter=query.metadata,
            before=_before(thread.thread_id, query.before),
            limit=query.limit,
        )
        return [state_json(state) async for state in history]
    except (ValueError, TypeError) as error:
        raise RequestError(
            "the history cannot be searched so; correct before, metadata or checkpoint"
        ) from error


@router.get("/history", summary="How did the thread get here?")
async def get_history(caller: CallerOf, thread_id: UUID, limit: Limit = 10) -> list[Json]:
    """Return a thread's last states, the newest first."""
    return await query_history(caller, thread_id, HistoryQuery(limit=limit))


def _before(thread_id: str, before: str | Json | None) -> Any:
    if before is None:
        return None
    if isinstance(before, str):
        return thread_config(thread_id, {"checkpoint_id": before})
    return thread_config(
        thread_id, checkpoint_of({"checkpoint": before.get("configurable", before)})
    )
