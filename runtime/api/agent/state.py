"""States of a thread: what its graph keeps, now and before."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Query
from langgraph.types import StateSnapshot

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.body import Limit
from runtime.api.agent.select import StateFields, chosen_state
from runtime.api.agent.shape import empty_state_json, state_json
from runtime.api.agent.state_model import HistoryQuery, StateQuery
from runtime.errors import DamagedError, NotFoundError, RequestError
from runtime.execution.graphs import AnyGraph
from runtime.execution.request import checkpoint_of, thread_config
from runtime.execution.run import Json, Thread

_log = structlog.get_logger(__name__)

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"])

CallerOf = Annotated[Caller, Depends(caller)]

Selected = Annotated[StateFields | None, Query()]
"""Fields of a state, in an address."""


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
        if checkpoint is None:
            raise DamagedError(
                f"what thread {thread.thread_id} holds cannot be read; remove it, or update its "
                "state at an earlier checkpoint"
            ) from error
        raise NotFoundError(f"thread {thread.thread_id} has no such checkpoint") from error
    if checkpoint and state.created_at is None:
        raise NotFoundError(f"thread {thread.thread_id} has no such checkpoint")
    return state


async def readable(caller: Caller, thread: Thread) -> StateSnapshot | None:
    """Return a thread's state for a listing; None as well where it is damaged, which is logged."""
    try:
        return await snapshot(caller, thread)
    except DamagedError as error:
        _log.warning("thread_damaged", thread_id=thread.thread_id, exc_info=error)
        return None


async def _state(
    caller: Caller, thread_id: UUID, checkpoint: Json | None, *, subgraphs: bool
) -> Json:
    thread = await caller.thread(thread_id)
    state = await snapshot(caller, thread, checkpoint, subgraphs=subgraphs)
    return empty_state_json(thread.thread_id) if state is None else state_json(state)


@router.get("/state", summary="What does the thread hold?")
async def get_state(
    caller: CallerOf, thread_id: UUID, subgraphs: bool = False, select: Selected = None
) -> Json:
    """Return a thread's state, or the fields of it that `select` names."""
    return chosen_state(await _state(caller, thread_id, None, subgraphs=subgraphs), select)


@router.get("/state/{checkpoint_id}", summary="What did the thread hold?")
async def get_state_at(
    caller: CallerOf,
    thread_id: UUID,
    checkpoint_id: UUID,
    subgraphs: bool = False,
    select: Selected = None,
) -> Json:
    """Return a thread's state at a checkpoint."""
    checkpoint = {"checkpoint_id": str(checkpoint_id)}
    return chosen_state(await _state(caller, thread_id, checkpoint, subgraphs=subgraphs), select)


@router.post("/state/checkpoint", summary="What did the thread hold?")
async def query_state(caller: CallerOf, thread_id: UUID, query: StateQuery) -> Json:
    """Return a thread's state at a checkpoint, which may be a subgraph's."""
    checkpoint = query.checkpoint.plain()
    state = await _state(caller, thread_id, checkpoint, subgraphs=query.subgraphs)
    return chosen_state(state, query.select)


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
        return [chosen_state(state_json(state), query.select) async for state in history]
    except (ValueError, TypeError) as error:
        raise RequestError(
            "the history cannot be searched so; correct before, metadata or checkpoint"
        ) from error


@router.get("/history", summary="How did the thread get here?")
async def get_history(
    caller: CallerOf, thread_id: UUID, limit: Limit = 10, select: Selected = None
) -> list[Json]:
    """Return a thread's last states, the newest first."""
    return await query_history(caller, thread_id, HistoryQuery(limit=limit, select=select))


def _before(thread_id: str, before: str | Json | None) -> Any:
    if before is None:
        return None
    if isinstance(before, str):
        return thread_config(thread_id, {"checkpoint_id": before})
    return thread_config(
        thread_id, checkpoint_of({"checkpoint": before.get("configurable", before)})
    )
