"""The smallest graph that keeps something."""

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph


class Counter(TypedDict):
    """State of the smallest graph that keeps something."""

    count: int


def counting(saver: Any) -> Any:
    """Return a graph that adds one to its thread's count."""

    async def add(state: Counter) -> Counter:
        return {"count": state.get("count", 0) + 1}

    builder = StateGraph(Counter)
    builder.add_node("add", add)
    builder.add_edge(START, "add")
    builder.add_edge("add", END)
    return builder.compile(checkpointer=saver)
