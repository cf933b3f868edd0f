"""A run of the graph beside a bare LangGraph graph of the same shape, upstream work left out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph

from bench.compare import Series, interleaved
from bench.silent import SilentRecorder, silent_sources
from profiles.load import load_profile
from profiles.service import service_config
from runtime.budget import Deadline
from runtime.research.graph import NODES, build_orchestrator_graph
from runtime.research.state import RunContext

_RUNS = 100
_QUESTION = "Do SGLT2 inhibitors reduce hospitalisation for heart failure in type 2 diabetes?"

Run = Callable[[], Awaitable[Any]]


class _State(TypedDict, total=False):
    question: str
    results: Annotated[dict[str, str], lambda held, new: {**held, **new}]


def overhead(rounds: int) -> list[Series]:
    """Return the time of a run of each graph, in ms, as the mean of a hundred one after another."""
    return interleaved(
        {
            "bare LangGraph, five empty nodes": partial(_mean_ms, _bare_graph()),
            "the built-in graph, sources that answer at once": partial(_mean_ms, _built_in_graph()),
        },
        rounds=rounds,
        unit="ms",
    )


def _mean_ms(run: Run) -> float:
    async def timed() -> float:
        began = time.perf_counter()
        for _ in range(_RUNS):
            await run()
        return (time.perf_counter() - began) * 1000 / _RUNS

    return asyncio.run(timed())


def _bare_graph() -> Run:
    graph = bare_builder().compile()
    return lambda: graph.ainvoke({"question": _QUESTION})


def bare_builder() -> StateGraph[_State, None, _State, _State]:
    """Return a graph of the built-in one's shape, whose nodes do nothing."""
    first, *searches, last = NODES
    builder = StateGraph(_State)
    for name in NODES:
        builder.add_node(name, partial(_nothing, name))
    builder.add_edge(START, first)
    for name in searches:
        builder.add_edge(first, name)
    builder.add_edge(searches, last)
    builder.add_edge(last, END)
    return builder


async def _nothing(name: str, _: _State) -> dict[str, Any]:
    return {"results": {name: "done"}}


def _built_in_graph() -> Run:
    config = service_config(load_profile('{"base": "embedded"}'))
    graph = build_orchestrator_graph(config, silent_sources(), SilentRecorder())
    return lambda: graph.ainvoke(
        {"question": _QUESTION},
        context=RunContext(deadline=Deadline.after_ms(config.graph.default_budget_ms)),
    )
