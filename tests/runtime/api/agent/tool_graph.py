"""A graph that calls tools: one that tells how far it is, one that raises, one that is a graph."""

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, ToolRuntime
from langgraph.types import Send


@tool
async def count(most: int, runtime: ToolRuntime) -> str:
    """Count."""
    for number in range(most):
        runtime.emit_output_delta(number)
    return "counted"


@tool
async def raises() -> str:
    """Raise."""
    raise ValueError("the inside of the tool")


async def speak(state: MessagesState) -> dict[str, Any]:
    """Say nothing new, as an agent that a tool starts."""
    return {"messages": [AIMessage("done")]}


helper = StateGraph(MessagesState).add_node("speak", speak).add_edge(START, "speak").compile()


@tool
async def delegate() -> str:
    """Start an agent of its own."""
    await helper.ainvoke({"messages": []}, {"metadata": {"lc_agent_name": "helper"}})
    return "delegated"


async def call(state: MessagesState) -> dict[str, Any]:
    """Call the tool that the question names."""
    name = str(state["messages"][-1].content)
    given = {"most": 2} if name == "count" else {}
    calls = [{"name": name, "args": given, "id": "call-1"}]
    return {"messages": [AIMessage("", tool_calls=calls)]}


def hand_over(state: MessagesState) -> Send:
    """Give each call to a task of its own, as LangGraph's agents do."""
    return Send("tools", state["messages"][-1].tool_calls)  # type: ignore[union-attr]  # a model's


builder = StateGraph(MessagesState).add_node("call", call)
builder.add_node("tools", ToolNode([count, raises, delegate]))
builder.add_edge(START, "call").add_conditional_edges("call", hand_over, ["tools"])
graph = builder.compile()
