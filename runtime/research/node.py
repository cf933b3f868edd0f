"""The nodes' work: each measured, each ending in time, and no search able to fail the run."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from langgraph.runtime import Runtime

from profiles.graph import RESERVE_SHARE, Graph
from runtime.budget import Deadline
from runtime.measure import CacheOutcome, NodeSample, Recorder
from runtime.research.answer import dump_answer
from runtime.research.error import IncompleteAnswerError
from runtime.research.evidence import (
    EvidenceKind,
    SourceName,
    SourceResult,
    SourceStatus,
    dump_result,
    load_result,
)
from runtime.research.finding import failed
from runtime.research.frame import Frame, dump_frame, load_frame, parse_frame
from runtime.research.source import Source
from runtime.research.state import OrchestratorState, RunContext
from runtime.research.synthesis import synthesize


@dataclass(slots=True)
class _Outcome:
    """Filled by a node while it works."""

    failed: bool = False
    """Whether the work failed."""
    cache: CacheOutcome | None = None
    """Whether the cache answered."""


class FrameNode:
    """Takes the question apart, and forgets what the thread's last question found."""

    def __init__(self, name: str, recorder: Recorder) -> None:
        """Work under this name."""
        self._name = name
        self._recorder = recorder

    async def __call__(self, state: OrchestratorState) -> dict[str, Any]:
        """Return the frame; raises QuestionError for a question that cannot be asked."""
        with _measured(self._name, self._recorder):
            frame = parse_frame(state.get("question", ""))
            return {"frame": dump_frame(frame), "results": None, "answer": None}


class SearchNode:
    """Asks one source; whatever the source does, the node gives a result."""

    def __init__(self, name: str, source: Source, graph: Graph, recorder: Recorder) -> None:
        """Work under this name, within the graph's budgets."""
        self._name = name
        self._source = source
        self._graph = graph
        self._recorder = recorder

    async def __call__(
        self, state: OrchestratorState, runtime: Runtime[RunContext]
    ) -> dict[str, Any]:
        """Return the source's result under its name."""
        with _measured(self._name, self._recorder) as outcome:
            frame = load_frame(state["frame"])
            result = await self._search(frame, _deadline(runtime, self._graph))
            outcome.failed = result.status is SourceStatus.FAILED
            outcome.cache = CacheOutcome.HIT if result.cached else CacheOutcome.MISS
            return {"results": {self._source.name.value: dump_result(result)}}

    async def _search(self, frame: Frame, run: Deadline) -> SourceResult:
        left = run.remaining_seconds()
        reserve = min(self._graph.reserve_ms / 1000, left * RESERVE_SHARE)
        allowed = min(self._graph.node_timeout_ms / 1000, left - reserve)
        # The source ends by itself at its deadline, with what it has; the node's own end is later.
        try:
            async with asyncio.timeout(allowed + reserve / 2):
                result = await self._source.search(frame, Deadline.after_ms(allowed * 1000))
        except TimeoutError:
            return self._failed(f"no answer within {allowed:.1f} s, when the time ended")
        except asyncio.CancelledError:
            # A task inside the source was cancelled, not this run: that is a failure of the source.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return self._failed("the search was broken off")
        except Exception as error:  # A source may be anyone's, and must not end the run.
            return self._failed(f"{type(error).__name__}: {error}")
        return self._checked(result)

    def _checked(self, result: object) -> SourceResult:
        if isinstance(result, SourceResult) and result.source == self._source.name:
            return result
        return self._failed(f"gave a {type(result).__name__} that is not its result")

    def _failed(self, reason: str) -> SourceResult:
        return failed(self._source.name, reason, EvidenceKind.LIVE)


class SynthesisNode:
    """Puts the answer together from whatever results there are."""

    def __init__(self, name: str, graph: Graph, recorder: Recorder) -> None:
        """Work under this name."""
        self._name = name
        self._graph = graph
        self._recorder = recorder

    async def __call__(self, state: OrchestratorState) -> dict[str, Any]:
        """Return the answer; raises IncompleteAnswerError where partial ones are not allowed."""
        with _measured(self._name, self._recorder):
            results = {
                SourceName(name): load_result(mapping)
                for name, mapping in (state.get("results") or {}).items()
            }
            answer = synthesize(load_frame(state["frame"]), results)
            if answer.partial and not self._graph.partial_results:
                broken = [f"{e.source}: {e.reason}" for e in answer.coverage if e.reason]
                raise IncompleteAnswerError(
                    f"graph.partial_results is off and a source failed ({'; '.join(broken)})"
                )
            return {"answer": dump_answer(answer)}


@contextmanager
def _measured(name: str, recorder: Recorder) -> Iterator[_Outcome]:
    """Record one call; a cancelled one says nothing about the node and is not recorded."""
    started, outcome = time.monotonic(), _Outcome()
    try:
        yield outcome
    except Exception:
        _record(name, started, replace(outcome, failed=True), recorder)
        raise
    _record(name, started, outcome, recorder)


def _record(name: str, started: float, outcome: _Outcome, recorder: Recorder) -> None:
    duration_ms = (time.monotonic() - started) * 1000
    recorder.node(
        NodeSample(node=name, duration_ms=duration_ms, failed=outcome.failed, cache=outcome.cache)
    )


def _deadline(runtime: Runtime[RunContext], graph: Graph) -> Deadline:
    """Return the run's deadline; without a context, what a run has by default."""
    context: RunContext | None = runtime.context
    return context.deadline if context else Deadline.after_ms(graph.default_budget_ms)
