"""Changes of a thread's state that callers make: alone on the thread, and told to its listeners."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from langgraph.errors import InvalidUpdateError
from langgraph.types import StateUpdate as GraphUpdate

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.shape import state_json
from runtime.api.agent.state import graph_of
from runtime.api.agent.state_model import StateUpdate
from runtime.api.agent.thread_model import Superstep, Update
from runtime.errors import RequestError
from runtime.execution.graphs import AnyGraph
from runtime.execution.hold import Change, Holds
from runtime.execution.plain import json_bytes
from runtime.execution.request import checkpoint_of, input_of, thread_config
from runtime.execution.run import Json, Thread, ThreadState
from runtime.persistence.fence import HELD

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"])

_REFUSALS = (InvalidUpdateError, LookupError, TypeError, ValueError, AttributeError)
"""What LangGraph, or a graph's own reducer, raises at values that do not fit."""

CallerOf = Annotated[Caller, Depends(caller)]


@router.post("/state", summary="Change what the thread holds")
async def update_state(caller: CallerOf, thread_id: UUID, update: StateUpdate) -> Json:
    """Lay values over a thread's state as if a node had given them; 409 while a run moves it."""
    checkpoint = checkpoint_of(update.model_dump(exclude_none=True))
    place = thread_config(str(thread_id), checkpoint)
    async with _alone(caller, str(thread_id)) as graph:
        with _told(f"values as those of node {update.as_node!r}"):
            config = await graph.aupdate_state(place, update.values, as_node=update.as_node)
    own = config["configurable"]
    return {"checkpoint": {**own, "checkpoint_ns": own.get("checkpoint_ns", "")}}


async def apply(caller: Caller, thread: Thread, supersteps: Sequence[Superstep]) -> None:
    """Give a new thread what nodes are said to have given, one superstep after another."""
    steps = [[_update(each) for each in step.updates] for step in supersteps]
    async with _alone(caller, thread.thread_id) as graph:
        with _told("supersteps"):
            await graph.abulk_update_state(thread_config(thread.thread_id), steps)


@asynccontextmanager
async def _alone(caller: Caller, thread_id: str) -> AsyncIterator[AnyGraph]:
    """Yield the graph of a thread that no run moves meanwhile; then say what the thread waits for.

    A run that is asked for meanwhile waits. What a process wrote that held the thread for too long
    is refused by the same fence as what a worker writes that lost its run.
    """
    queue, change = caller.execution.queue, None
    holds = Holds(queue.database, seconds=queue.lease_seconds)
    hold = await holds.take(caller.owner, thread_id)
    fence = HELD.set(hold.lease)
    try:
        graph = _graph(caller, hold.thread)
        yield graph
        change = await _change(graph, thread_id)
    finally:
        HELD.reset(fence)
        await hold.lease.close()
        await holds.leave(hold, change)
        caller.execution.worker.wake()


async def _change(graph: AnyGraph, thread_id: str) -> Change:
    """Return what a thread waits for by its state: where a node is next, for a person."""
    state = await graph.aget_state(thread_config(thread_id))
    told = json_bytes({"state": state_json(state), "thread_id": thread_id}).decode()
    return Change(status=ThreadState.INTERRUPTED if state.next else ThreadState.IDLE, told=told)


def _update(update: Update) -> GraphUpdate:
    command = update.command.model_dump(exclude_unset=True) if update.command else None
    given = input_of({"command": command}) if command else update.values
    return GraphUpdate(given, update.as_node)


def _graph(caller: Caller, thread: Thread) -> AnyGraph:
    graph = graph_of(caller, thread)
    if graph is None:
        raise RequestError(
            "the thread has no graph; make it with metadata.graph_id, or run a graph on it first"
        )
    return graph


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except _REFUSALS as error:
        raise RequestError(
            f"the graph takes no such {what} ({type(error).__name__}); name a node of it in "
            "as_node, and values that it may give"
        ) from error
