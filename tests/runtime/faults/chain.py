"""A graph of three steps with effects outside, which say how often each step was begun."""

import asyncio
import operator
from pathlib import Path
from typing import Annotated

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

FOLDER = Path(__file__).parent
BEGUN = FOLDER / "begun"
EFFECTS = FOLDER / "effects"

TICK_SECONDS = 0.05


class State(TypedDict, total=False):
    """What the graph keeps."""

    slow: float
    """Time that each step takes, in seconds."""
    ballast: str
    """What makes the state large."""
    asks: bool
    """Whether a person is asked before the second step."""
    done: Annotated[list[str], operator.add]
    """Steps that are done, in order."""


async def _step(name: str, state: State, config: RunnableConfig) -> State:
    """Begin, take the time, and have an effect that the run's id and the step's name key."""
    key = f"{config['configurable']['run_id']} {name}"
    with BEGUN.open("a", encoding="utf-8") as lines:
        lines.write(f"{key}\n")
    write, slow = get_stream_writer(), state.get("slow", 0.0)
    for tick in range(int(slow / TICK_SECONDS)):
        write({"step": name, "tick": tick})
        await asyncio.sleep(TICK_SECONDS)
    EFFECTS.mkdir(exist_ok=True)
    (EFFECTS / key).touch()
    return {"done": [name]}


async def first(state: State, config: RunnableConfig) -> State:
    """Do the first step."""
    return await _step("first", state, config)


async def second(state: State, config: RunnableConfig) -> State:
    """Do the second step."""
    if state.get("asks"):
        interrupt("go on?")
    return await _step("second", state, config)


async def third(state: State, config: RunnableConfig) -> State:
    """Do the last step."""
    return await _step("third", state, config)


graph = StateGraph(State).add_sequence([first, second, third]).add_edge(START, "first").compile()
