"""A graph that is not the service's: it speaks, asks, sleeps or fails, as its input says."""

import asyncio
import operator
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    """What the graph keeps."""

    do: str
    """What the second node does."""
    done: Annotated[list[str], operator.add]
    """Nodes that are done, over all runs of the thread."""
    messages: Annotated[list[AnyMessage], add_messages]
    """What was said."""


async def begin(state: State) -> State:
    """Say something."""
    get_stream_writer()({"progress": "begun"})
    return {"done": ["begin"], "messages": [HumanMessage("hello", id="1")]}


async def act(state: State) -> dict[str, Any]:
    """Do what the input says."""
    if state.get("do") == "ask":
        return {"done": [f"asked: {interrupt('go on?')}"]}
    if state.get("do") == "sleep":
        await asyncio.sleep(60)
    if state.get("do") == "fail":
        raise ValueError("the inside of the graph")
    return {"done": ["act"], "messages": [AIMessage("good day", id="2")]}


def build() -> StateGraph[State, None, State, State]:
    """Return the graph, not compiled."""
    builder = StateGraph(State)
    builder.add_sequence([begin, act])
    builder.add_edge(START, "begin")
    builder.add_edge("act", END)
    return builder


def build_nested() -> StateGraph[State, None, State, State]:
    """Return a graph that has the other one in it, as a node."""
    builder = StateGraph(State)
    builder.add_node("inside", build().compile())
    builder.add_edge(START, "inside")
    return builder


graph = build().compile()
nested = build_nested()
uncompiled = build()


async def make(config: dict[str, Any]) -> Any:
    """Return the graph: a factory that takes a config."""
    return build()
