"""Runs the graph: times it, cancels it, and takes down how each run ended."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig

from runtime.api.admission import GRAPH_NAME, Run
from runtime.api.model import Outcome
from runtime.api.outcome import failure, node_finished, outcome
from runtime.errors import ServiceError
from runtime.measure import RunSample, RunStatus
from runtime.observability.recorders import LoadRecorder
from runtime.research.graph import Graph
from runtime.research.state import QuestionInput, RunContext


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """Something that happened in a run, as it is streamed."""

    name: str
    """node_started, node_finished, answer or error."""
    data: dict[str, Any]
    """JSON-ready values."""


@dataclass(slots=True)
class _Measured:
    """Where a run leaves how it ended."""

    outcome: Outcome | None = None
    """The outcome, once there is one."""
    ended: RunStatus = RunStatus.ERROR
    """How it ended without one."""

    @property
    def status(self) -> RunStatus:
        """How it ended."""
        return RunStatus(self.outcome.status) if self.outcome else self.ended


CountSource = Callable[[str, str], None]
"""Told the name of a source and how its search ended."""

Events = asyncio.Queue[RunEvent | None]
"""What happens in one run; None ends it."""


class Runner:
    """Runs one graph for one process."""

    def __init__(
        self,
        graph: Graph,
        recorder: LoadRecorder,
        count_source: CountSource,
        *,
        timeout_seconds: int,
        config_hash: str,
        lost: tuple[type[Exception], ...],
    ) -> None:
        """Take the graph, who measures it and counts its sources, and the longest request.

        `lost` are the errors of a database that is away.
        """
        self.graph = graph
        self._recorder = recorder
        self._count_source = count_source
        self._timeout_seconds = timeout_seconds
        self._config_hash = config_hash
        self._lost = lost

    async def invoke(self, run: Run) -> Outcome:
        """Run to the end; raises RunTimeoutError after the request's time, all work cancelled."""
        async with self._measured(run) as measured:
            context = RunContext(deadline=run.deadline)
            state = await self.graph.ainvoke(_input(run), _config(run), context=context)
            measured.outcome = self._outcome(state, run)
            return measured.outcome

    async def stream(self, run: Run) -> AsyncIterator[RunEvent]:
        """Yield what happens, an `answer` or an `error` last; closing it cancels the run."""
        events = Events()
        # A task of its own, so that the run has one context, however the caller is driven.
        task = asyncio.create_task(self._tell(run, events), name="streamed run")
        try:
            while (event := await events.get()) is not None:
                yield event
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _tell(self, run: Run, events: Events) -> None:
        try:
            async with self._measured(run) as measured:
                state = await self._follow(run, events)
                measured.outcome = self._outcome(state, run)
            answer = measured.outcome.model_dump(mode="json")
            events.put_nowait(RunEvent(name="answer", data=answer))
        except ServiceError as error:
            data = {"kind": error.kind, "status": int(error.status), "detail": error.detail}
            events.put_nowait(RunEvent(name="error", data=data))
        finally:
            events.put_nowait(None)

    async def _follow(self, run: Run, events: Events) -> dict[str, Any]:
        """Run the graph, tell of each node, and return the last state."""
        state: dict[str, Any] = {}
        started: dict[str, float] = {}
        parts: AsyncIterator[Any] = self.graph.astream(
            _input(run),
            _config(run),
            context=RunContext(deadline=run.deadline),
            stream_mode=["tasks", "values"],
        )
        async for mode, part in parts:
            if mode == "values":
                state = part
            elif "triggers" in part:
                started[part["id"]] = time.perf_counter()
                events.put_nowait(RunEvent(name="node_started", data={"node": part["name"]}))
            else:
                duration_ms = (time.perf_counter() - started[part["id"]]) * 1000
                data = {**node_finished(part), "duration_ms": duration_ms}
                events.put_nowait(RunEvent(name="node_finished", data=data))
        return state

    def _outcome(self, state: Mapping[str, Any], run: Run) -> Outcome:
        made = outcome(state, run, self._config_hash)
        for entry in made.answer.coverage:
            self._count_source(entry.source.value, entry.status.value)
        return made

    @asynccontextmanager
    async def _measured(self, run: Run) -> AsyncIterator["_Measured"]:
        """Hold a run to the request's time, and take down how it ended."""
        measured = _Measured()
        try:
            with self._recorder.running(GRAPH_NAME):
                async with asyncio.timeout(self._timeout_seconds) as timeout:
                    yield measured
        except asyncio.CancelledError:
            measured.ended = RunStatus.CANCELLED
            raise
        except Exception as error:  # a graph may raise anything; only its kind is for the caller
            expired = isinstance(error, TimeoutError) and timeout.expired()
            measured.ended = RunStatus.TIMEOUT if expired else RunStatus.ERROR
            seconds = self._timeout_seconds if expired else None
            raise failure(error, seconds, self._lost) from error
        finally:
            self._recorder.run(
                RunSample(graph=GRAPH_NAME, duration_ms=run.elapsed_ms(), status=measured.status)
            )


def _input(run: Run) -> QuestionInput:
    return {"question": run.question}


def _config(run: Run) -> RunnableConfig:
    return {"configurable": {"thread_id": run.stored_id}}
