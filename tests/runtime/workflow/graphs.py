"""Graphs for workflows: they meet, fail, or wait for ever, and say what was seen."""

import asyncio
from typing import Any, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    """What a graph keeps."""

    prompt: str
    """What to do: `fail`, `wait`, or anything else."""
    together: int
    """Runs that must be in the node at once before one of them goes on."""
    user_profile: dict[str, Any]
    """Who it is for."""
    said: str
    """What was done."""


class Seen:
    """What the nodes of this module's graphs saw, over all runs of the process."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.inside = 0
        self.most = 0
        self.prompts: list[str] = []
        self.opened = asyncio.Event()


seen = Seen()


async def act(state: State, config: RunnableConfig) -> State:
    """Meet the others, and do what the prompt says."""
    seen.inside += 1
    seen.most = max(seen.most, seen.inside)
    seen.prompts.append(state.get("prompt", ""))
    try:
        await _meet(state.get("together", 0))
        if state.get("prompt") == "fail":
            raise ValueError("the inside of the graph")
        if state.get("prompt") == "wait":
            await asyncio.Event().wait()
        return {"said": f"{state.get('prompt')} for {config['configurable'].get('college_id')}"}
    finally:
        seen.inside -= 1


async def _meet(together: int) -> None:
    if seen.inside >= together:
        seen.opened.set()
    if together:
        await seen.opened.wait()


def build() -> StateGraph[State, None, State, State]:
    """Return the graph, not compiled."""
    builder = StateGraph(State)
    builder.add_node("act", act)
    builder.add_edge(START, "act")
    builder.add_edge("act", END)
    return builder


graph = build()


class Numbers(TypedDict, total=False):
    """State without a field for a prompt."""

    number: int
    """A number."""


def numbers() -> StateGraph[Numbers, None, Numbers, Numbers]:
    """Return a graph that takes no prompt."""
    builder = StateGraph(Numbers)
    builder.add_node("only", lambda state: {"number": state["number"] + 1})
    builder.add_edge(START, "only")
    builder.add_edge("only", END)
    return builder


counting = numbers()
