"""Graphs to run: three steps that say in a file that they ran, one that waits for a person."""

import asyncio
import operator
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt


class Steps(TypedDict, total=False):
    """State of three steps."""

    folder: str
    """Where each step leaves a line when it runs."""
    slow: float
    """Time that the second step takes, in seconds."""
    done: Annotated[list[str], operator.add]
    """Steps that are done, in order."""


def _ran(state: Steps, step: str) -> None:
    with (Path(state["folder"]) / step).open("a", encoding="utf-8") as file:
        file.write("ran\n")


async def first(state: Steps) -> Steps:
    """Do the first step."""
    _ran(state, "first")
    return {"done": ["first"]}


async def second(state: Steps) -> Steps:
    """Take the time that the state says; a step that was begun before takes none."""
    begun = (Path(state["folder"]) / "second").exists()
    _ran(state, "second")
    await asyncio.sleep(0 if begun else state.get("slow", 0))
    return {"done": ["second"]}


async def third(state: Steps) -> Steps:
    """Do the last step."""
    _ran(state, "third")
    return {"done": ["third"]}


def steps() -> StateGraph[Steps, None, Steps, Steps]:
    """Return a graph of three steps."""
    builder = StateGraph(Steps)
    builder.add_sequence([first, second, third])
    builder.add_edge(START, "first")
    builder.add_edge("third", END)
    return builder


async def asked(state: Steps) -> Steps:
    """Ask a person between two steps."""
    return {"done": [f"asked: {interrupt('go on?')}"]}


def asking_steps() -> StateGraph[Steps, None, Steps, Steps]:
    """Return a graph of three steps that asks a person after the first."""
    builder = StateGraph(Steps)
    builder.add_sequence([first, asked, second, third])
    builder.add_edge(START, "first")
    builder.add_edge("third", END)
    return builder


async def ask(state: dict[str, Any]) -> dict[str, Any]:
    """Ask a person."""
    return {"answer": interrupt({"question": "go on?"})}


async def fail(state: dict[str, Any]) -> dict[str, Any]:
    """Fail."""
    raise ValueError("the inside of the graph")


class Asked(TypedDict, total=False):
    """State of a graph that asks."""

    answer: str
    """What the person said."""


def one_node(node: Any) -> StateGraph[Asked, None, Asked, Asked]:
    """Return a graph of one node."""
    builder = StateGraph(Asked)
    builder.add_node("only", node)
    builder.add_edge(START, "only")
    builder.add_edge("only", END)
    return builder


def runs_of(folder: Path, step: str) -> int:
    """Return how often a step ran."""
    path = folder / step
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


async def unkeepable(state: dict[str, Any]) -> dict[str, Any]:
    """Give what no store can keep."""
    return {"answer": Lock()}
