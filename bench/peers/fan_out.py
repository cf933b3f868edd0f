"""Graphs that every server runs: five nodes that do nothing, ones that sleep, pause or ask."""

import asyncio
import operator
from typing import Annotated, Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    """What the graphs keep."""

    question: str
    seconds: float
    done: Annotated[list[str], operator.add]


def _node(name: str) -> Any:
    async def node(_: State) -> dict[str, Any]:
        return {"done": [name]}

    return node


def build_fan_out() -> Any:
    """Return the graph of five nodes, not compiled."""
    builder = StateGraph(State)
    for name in ("parse", "one", "two", "three", "join"):
        builder.add_node(name, _node(name))
    builder.add_edge(START, "parse")
    for name in ("one", "two", "three"):
        builder.add_edge("parse", name)
    builder.add_edge(["one", "two", "three"], "join")
    builder.add_edge("join", END)
    return builder


async def _sleep(_: State) -> dict[str, Any]:
    await asyncio.sleep(3600)
    return {"done": ["slept"]}


async def _pause(state: State) -> dict[str, Any]:
    await asyncio.sleep(state["seconds"])
    return {"done": ["paused"]}


async def _ask(_: State) -> dict[str, Any]:
    return {"done": [str(interrupt("go on?"))]}


def _one(node: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("only", node)
    builder.add_edge(START, "only")
    builder.add_edge("only", END)
    return builder


fan_out = build_fan_out().compile()
sleeper = _one(_sleep).compile()
pauser = _one(_pause).compile()
asker = _one(_ask).compile()
