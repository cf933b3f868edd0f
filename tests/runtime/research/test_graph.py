"""The graph: every way in which sources can fail, budgets, checkpoints and threads."""

import asyncio
import itertools
import logging
import sqlite3
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Checkpointer

from profiles import contract
from profiles.service import ServiceConfig
from runtime.budget import Deadline
from runtime.cache.cache import Cache
from runtime.cache.memory import MemoryTier
from runtime.measure import CacheOutcome
from runtime.research.answer import Answer, load_answer
from runtime.research.error import GraphLimitError, IncompleteAnswerError, QuestionError
from runtime.research.evidence import EvidenceKind, SourceName, SourceResult, SourceStatus
from runtime.research.frame import Frame
from runtime.research.graph import NODES, SEARCHES, Graph, build_orchestrator_graph
from runtime.research.sources import Sources
from runtime.research.state import RunContext
from tests.runtime.research.parts import QUESTION, FakeSource, ListRecorder, result, service

SUBSETS = [failing for count in range(4) for failing in itertools.combinations(SourceName, count)]


async def hang() -> Any:
    """Never answer."""
    await asyncio.Event().wait()


async def inner_cancel() -> Any:
    """Cancel itself inside, as a broken connection pool may."""
    raise asyncio.CancelledError


FAILURES: dict[str, Any] = {
    "raises": RuntimeError("broken"),
    "hangs": hang,
    "garbage": "not a result",
    "none": lambda: asyncio.sleep(0),
    "other source's": result(SourceName.RAG, query="stray"),
    "cancelled inside": inner_cancel,
}


def sources(**answers: Any) -> Sources:
    """Return fake sources with these answers."""
    fakes = {source.value: FakeSource(source, answers.get(source.value)) for source in SourceName}
    cache = Cache(MemoryTier(entries=9, size_bytes=999, lifetime_seconds=9), None)
    return Sources(**fakes, evidence=EvidenceKind.LIVE, cache=cache)


def graph(
    given: Sources,
    recorder: ListRecorder | None = None,
    config: ServiceConfig | None = None,
    checkpointer: Checkpointer = None,
) -> Graph:
    """Build the graph with the embedded profile."""
    used = config or service()
    return build_orchestrator_graph(used, given, recorder or ListRecorder(), checkpointer)


async def ask(
    built: Graph, question: str = QUESTION, *, ms: float = 20_000, thread: str | None = None
) -> Answer:
    """Return the answer of one run."""
    config: RunnableConfig = {"configurable": {"thread_id": thread}} if thread else {}
    context = RunContext(deadline=Deadline.after_ms(ms))
    output = await built.ainvoke({"question": question}, config, context=context)
    return load_answer(output["answer"])


def test_the_nodes_are_those_that_the_advice_names() -> None:
    """ORC-01: exactly five, by name."""
    names = {*graph(sources()).get_graph().nodes} - {"__start__", "__end__"}
    assert names == {"parse_frame", "pubmed_search", "ctgov_search", "rag_search", "synthesizer"}
    assert names == {*NODES}


@pytest.mark.parametrize("way", [way for way in FAILURES if way != "other source's"])
@pytest.mark.parametrize("failing", SUBSETS, ids=lambda failing: "+".join(failing) or "none")
async def test_the_synthesizer_answers_whatever_fails(failing: tuple[str, ...], way: str) -> None:
    """Design 10: all eight subsets of failing sources, in every way of failing."""
    built = graph(sources(**dict.fromkeys(failing, FAILURES[way])))
    answer = await ask(built, ms=600 if way == "hangs" else 20_000)
    status = {entry.source: entry.status for entry in answer.coverage}
    assert {source for source in SourceName if status[source] is SourceStatus.FAILED} == {*failing}
    assert answer.partial == bool(failing)
    assert len(answer.citations) == 3 - len(failing)


async def test_a_result_of_another_source_is_a_failure() -> None:
    """Nobody speaks for PubMed but PubMed."""
    answer = await ask(graph(sources(pubmed=FAILURES["other source's"])))
    assert answer.coverage[0].status is SourceStatus.FAILED


async def test_searches_run_side_by_side() -> None:
    """ORC-02: each waits for the others, so that one after the other would never end."""
    barrier = asyncio.Barrier(3)

    def waiting(source: SourceName) -> Callable[[], Awaitable[Any]]:
        async def answer() -> Any:
            await barrier.wait()
            return result(source)

        return answer

    answer = await ask(graph(sources(**{s.value: waiting(s) for s in SourceName})), ms=5000)
    assert not answer.partial


async def test_max_parallel_nodes_bounds_the_searches() -> None:
    """ORC-02: with one at a time, nobody meets."""
    running, most = 0, 0

    def counting(source: SourceName) -> Callable[[], Awaitable[Any]]:
        async def answer() -> Any:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.02)
            running -= 1
            return result(source)

        return answer

    given = sources(**{s.value: counting(s) for s in SourceName})
    await ask(graph(given, config=service(graph={"max_parallel_nodes": 1})))
    assert most == 1


async def test_a_node_timeout_shorter_than_the_budget_ends_a_search() -> None:
    """ORC-04: the node's own limit holds as well."""
    config = service(graph={"node_timeout_ms": 200})
    answer = await ask(graph(sources(ctgov=hang), config=config), ms=60_000)
    assert "0.2 s" in answer.coverage[1].reason


async def test_a_spent_budget_still_answers() -> None:
    """ORC-04: partial, marked, and never an exception."""
    answer = await ask(graph(sources(pubmed=hang, ctgov=hang, rag=hang)), ms=0)
    assert answer.partial
    assert not answer.answered


async def test_without_partial_results_a_failed_source_fails_the_run() -> None:
    """The profile decides."""
    config = service(graph={"partial_results": False})
    with pytest.raises(IncompleteAnswerError, match="pubmed: RuntimeError: broken"):
        await ask(graph(sources(pubmed=RuntimeError("broken")), config=config))
    assert not (await ask(graph(sources(), config=config))).partial


async def test_cancelling_a_run_cancels_its_searches() -> None:
    """Fault 27: the cancellation reaches the source and is not swallowed."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> Any:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    recorder = ListRecorder()
    run = asyncio.create_task(ask(graph(sources(rag=slow), recorder)))
    await started.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert ended.is_set()
    assert "rag_search" not in {sample.node for sample in recorder.nodes}


async def test_every_node_is_measured() -> None:
    """OPT-03: failures and cache outcomes included."""
    recorder = ListRecorder()
    given = sources(pubmed=RuntimeError("broken"), ctgov=result(SourceName.CTGOV, cached=True))
    await ask(graph(given, recorder))
    seen = {sample.node: (sample.failed, sample.cache) for sample in recorder.nodes}
    assert seen == {
        "parse_frame": (False, None),
        "pubmed_search": (True, CacheOutcome.MISS),
        "ctgov_search": (False, CacheOutcome.HIT),
        "rag_search": (False, CacheOutcome.MISS),
        "synthesizer": (False, None),
    }


async def test_a_bad_question_is_an_error_of_its_own() -> None:
    """What bad input gets: a typed error, and the node counts as failed."""
    recorder = ListRecorder()
    with pytest.raises(QuestionError):
        await ask(graph(sources(), recorder), "???")
    assert [(sample.node, sample.failed) for sample in recorder.nodes] == [("parse_frame", True)]


@pytest.mark.parametrize(("field", "limit"), [("max_iterations", 4), ("recursion_limit", 3)])
def test_limits_below_what_a_run_needs_are_refused(field: str, limit: int) -> None:
    """ORC-07 and CON-15: known before any run, as the graph has no loop."""
    with pytest.raises(GraphLimitError, match=f"graph.{field} {limit}"):
        graph(sources(), config=service(graph={field: limit}))


async def test_the_tightest_limits_that_are_allowed_let_a_run_through() -> None:
    """What the check allows, LangGraph allows as well."""
    config = service(graph={"max_iterations": 5, "recursion_limit": 4})
    assert (await ask(graph(sources(), config=config))).answered


async def test_a_run_without_a_context_takes_the_default_budget() -> None:
    """So that LangGraph's own tools can run the graph."""
    output = await graph(sources()).ainvoke({"question": QUESTION})
    assert output["answer"]["answered"]


@pytest.fixture(params=["memory", "sqlite"])
async def checkpointer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Give each kind of store that needs no server."""
    if request.param == "memory":
        yield InMemorySaver()
        return
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "c.db")) as saver:
        yield saver


async def test_a_second_question_on_a_thread_forgets_the_first(checkpointer: Any) -> None:
    """ORC-08: no result of the earlier question is mixed into the later one."""
    first = graph(sources(), checkpointer=checkpointer)
    assert len((await ask(first, thread="t")).citations) == 3
    second = graph(sources(pubmed=RuntimeError("x"), ctgov=hang), checkpointer=checkpointer)
    answer = await ask(second, "metformin in asthma", ms=500, thread="t")
    assert answer.question == "metformin in asthma"
    assert [citation.source for citation in answer.citations] == [SourceName.RAG]


async def test_a_new_question_clears_the_thread_before_any_source_answers(
    checkpointer: Any,
) -> None:
    """ORC-08: whoever looks at the thread meanwhile sees nothing of the earlier question."""
    built = graph(sources(), checkpointer=checkpointer)
    await ask(built, thread="t")
    config: RunnableConfig = {"configurable": {"thread_id": "t"}}
    await built.ainvoke({"question": "asthma"}, config, interrupt_after=["parse_frame"])
    values = (await built.aget_state(config)).values
    assert (values["results"], values["answer"]) == ({}, None)


async def test_the_state_is_read_back_without_a_warning(
    checkpointer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Checkpoints hold JSON-ready values, which no serializer warns of or refuses."""
    caplog.set_level(logging.WARNING)
    built = graph(sources(), checkpointer=checkpointer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = await ask(built, thread="t")
        state = await built.aget_state({"configurable": {"thread_id": "t"}})
    assert load_answer(state.values["answer"]) == answer
    assert {*state.values["results"]} == {*SourceName}
    assert type(next(iter(state.values["results"]))) is str
    assert not caplog.records


async def test_a_run_resumes_after_the_searches(tmp_path: Path) -> None:
    """Fault 1: a run that stopped before the synthesizer asks no source again."""
    path = str(tmp_path / "c.db")
    config: RunnableConfig = {"configurable": {"thread_id": "t"}}
    async with AsyncSqliteSaver.from_conn_string(path) as saver:
        built = graph(sources(), checkpointer=saver)
        await built.ainvoke({"question": QUESTION}, config, interrupt_before=["synthesizer"])
    async with AsyncSqliteSaver.from_conn_string(path) as saver:
        resumed = sources(pubmed=RuntimeError("asked again"))
        output = await graph(resumed, checkpointer=saver).ainvoke(None, config)
    assert not output["answer"]["partial"]
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM checkpoints").fetchone()[0] > 0
    database.close()


def test_the_rules_count_the_searches_that_the_graph_has() -> None:
    """Rule 44 compares a run's budget with as many searches as a run really makes (ORC-01)."""
    assert len(SEARCHES) == contract.SEARCHES


@pytest.mark.parametrize("reserve_ms", [100, 700])
async def test_the_searches_leave_the_reserve_that_the_stack_states(reserve_ms: int) -> None:
    """Rule 17: what a run keeps for its answer is the profile's number, not the code's."""
    given: list[Deadline] = []

    class Watched(FakeSource):
        async def search(self, frame: Frame, deadline: Deadline) -> SourceResult:
            given.append(deadline)
            return await super().search(frame, deadline)

    watched = {name.value: Watched(name) for name in SourceName}
    cache = Cache(MemoryTier(entries=9, size_bytes=999, lifetime_seconds=9), None)
    graph = {"node_timeout_ms": 8000, "reserve_ms": reserve_ms}
    config = service(graph=graph)
    built = build_orchestrator_graph(
        config, Sources(**watched, evidence=EvidenceKind.LIVE, cache=cache), ListRecorder()
    )
    run = Deadline.after_ms(8000)
    await built.ainvoke({"question": QUESTION}, context=RunContext(deadline=run))
    left = [run.at_seconds - deadline.at_seconds for deadline in given]
    assert left == pytest.approx([reserve_ms / 1000] * contract.SEARCHES, abs=0.09)
