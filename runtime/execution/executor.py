"""What a worker does with a run: executes its graph from where it stands, and says how it ended."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog
from langchain_core.callbacks import BaseCallbackHandler
from langgraph.errors import GraphRecursionError, UnknownInterruptError
from langgraph.store.base import BaseStore

from runtime.errors import DamagedError, LeaseLostError, ServiceError
from runtime.execution.graphs import Graphs, RegisteredGraph
from runtime.execution.plain import plain
from runtime.execution.request import config_of, input_of, thread_config
from runtime.execution.run import Ended, Json, Run, RunState, ThreadState
from runtime.execution.stream import Naming, Part, parts
from runtime.persistence.fence import outbox_of_run
from runtime.research.error import ResearchError

_log = structlog.get_logger(__name__)

_TOLD = (ServiceError, ResearchError, GraphRecursionError, UnknownInterruptError)
"""Errors whose words are for the caller."""

_INTERRUPT = "__interrupt__"
"""Where LangGraph says what a run waits for, in its updates and in its result."""

Publish = Callable[[str, Any], None]
"""Told each event of a run: its name and its data."""


class Executor:
    """Executes runs of the registered graphs."""

    def __init__(
        self,
        graphs: Graphs,
        store_of: Callable[[str], BaseStore],
        *,
        recursion_limit: int,
        passing: tuple[type[Exception], ...],
        callbacks: Sequence[BaseCallbackHandler] = (),
    ) -> None:
        """Take the graphs, what gives an owner's store, and the most supersteps of a run.

        `passing` are the errors of a lost database; `callbacks` are told what happens in a graph.
        """
        self._callbacks = callbacks
        self._store_of = store_of
        self._graphs = graphs
        self._recursion_limit = recursion_limit
        self._passing: tuple[type[Exception], ...] = (LeaseLostError, *passing)

    async def execute(self, run: Run, publish: Publish) -> Ended:
        """Run to the end, an interrupt, an error or the deadline; return how it ended.

        Cancellation, LeaseLostError and the errors of a lost database are the worker's.
        """
        publish("metadata", {"run_id": run.run_id, "attempt": run.attempts})
        deadline = asyncio.timeout(max(0.0, run.deadline_at - run.now))
        try:
            async with deadline:
                return await self._follow(run, publish)
        except Exception as error:  # a graph may raise anything
            if isinstance(error, self._passing):
                raise
            if deadline.expired():
                return _ended_badly(RunState.TIMEOUT, "timeout", "the run exceeded its deadline")
            return failed(error)

    async def _follow(self, run: Run, publish: Publish) -> Ended:
        if run.damaged:
            raise DamagedError(f"the run's {' and '.join(run.damaged)} cannot be read any more")
        entry, naming = self._entry(run), Naming(run.request)
        resumed = await _is_resumed(entry, run)
        config = config_of(run, recursion_limit=self._recursion_limit, resumed=resumed)
        config["callbacks"] = list(self._callbacks)
        given = None if resumed else input_of(run.request)
        values, waits = None, False
        async for part in _kept(entry, parts(entry, run.request, given, config)):
            if not part.namespace and part.mode == "values":
                values = part.data
            elif not part.namespace and part.mode == "updates":
                waits = waits or _INTERRUPT in part.data
            for name, data in naming.events(part):
                publish(name, data)
        if values is None or waits:
            return await _stopped(entry, run, values)
        return Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result=plain(values))

    def _entry(self, run: Run) -> RegisteredGraph:
        """Return the graph of a run, over what is its owner's: no node can name another's."""
        return self._graphs.get(run.graph).with_store(self._store_of(run.owner))


async def _is_resumed(entry: RegisteredGraph, run: Run) -> bool:
    """Tell whether the run has left a checkpoint already: it goes on from there."""
    if run.token == 1:
        return False  # nobody held it before
    saved = await entry.saver.aget_tuple(thread_config(run.thread_id))
    return saved is not None and saved.metadata.get("run_id") == run.run_id


async def _kept(entry: RegisteredGraph, told: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """Yield the parts of a graph; raise where something was not kept that nobody waited for."""
    outbox = outbox_of_run()
    if outbox is not None:
        outbox.triggers = entry.graph.trigger_to_nodes
    async for part in told:
        yield part
    if outbox is not None:
        await outbox.settle()


async def _stopped(entry: RegisteredGraph, run: Run, values: Any) -> Ended:
    """Return how a run ended that may not be done: its thread's state says so."""
    state = await entry.graph.aget_state(thread_config(run.thread_id))
    result = plain(state.values if values is None else values)
    if not state.next:
        return Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result=result)
    if state.interrupts and isinstance(result, dict):
        result[_INTERRUPT] = plain(state.interrupts)
    return Ended(status=RunState.INTERRUPTED, thread=ThreadState.INTERRUPTED, result=result)


def failed(error: Exception) -> Ended:
    """Return how a run ends that raised."""
    if isinstance(error, _TOLD):
        ended = _ended_badly(RunState.ERROR, type(error).__name__, str(error))
        # A wrong answer changes nothing: the question still waits for the right one.
        waits = getattr(error, "pending_ids", ())
        return replace(ended, thread=ThreadState.INTERRUPTED) if waits else ended
    _log.error("run_failed", exc_info=error)
    message = "the graph raised; the service's log says why, under this run's id"
    return _ended_badly(RunState.ERROR, type(error).__name__, message)


def _ended_badly(status: RunState, error: str, message: str) -> Ended:
    told: Json = {"error": error, "message": message}
    return Ended(status=status, thread=ThreadState.ERROR, error=told)
