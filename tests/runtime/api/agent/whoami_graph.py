"""A graph that answers with what it was told of who asked."""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    """What the graph keeps."""

    told: dict[str, Any]
    """What begins with `langgraph_auth_` of the run's config."""


async def tell(state: State, config: RunnableConfig) -> State:
    """Say who asked."""
    known = config["configurable"]
    return {"told": {key: known[key] for key in known if key.startswith("langgraph_auth_")}}


builder = StateGraph(State)
builder.add_node(tell)
builder.add_edge(START, "tell")
builder.add_edge("tell", END)
graph = builder.compile()
