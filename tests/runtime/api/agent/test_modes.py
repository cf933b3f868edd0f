"""The stream modes of tools and of the graphs in a graph."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings
from tests.runtime.api.agent.conftest import graph_file
from tests.runtime.service import serving

GRAPHS = ("own_graph.py", "tool_graph.py")


@pytest.fixture
async def caller(settings: Settings, tmp_path: Path) -> AsyncIterator[LangGraphClient]:
    """Give the official client of a service with a graph of tools and one of graphs."""
    for name in GRAPHS:
        shutil.copy(Path(__file__).with_name(name), tmp_path / name)
    named = {"tooled": "./tool_graph.py:graph", "nested": "./own_graph.py:nested"}
    path = graph_file(tmp_path, **named)
    graphs = read_graph_file(path, settings.config.graph.max_graphs)
    async with (
        serving(replace(settings, graphs=graphs)) as http,
        get_client(url=str(http.base_url)) as client,
    ):
        yield client


async def told(
    client: LangGraphClient, graph: str, given: Any, mode: Any, **asked: Any
) -> list[dict[str, Any]]:
    """Return what a run tells in a mode, its thread's first."""
    thread = (await client.threads.create())["thread_id"]
    stream = client.runs.stream(thread, graph, input=given, stream_mode=mode, **asked)
    return [part.data async for part in stream if part.event == mode]


def asking(tool: str) -> dict[str, Any]:
    """Return the input that has a tool called."""
    return {"messages": [{"role": "user", "content": tool}]}


async def test_a_tool_is_heard_while_it_works(caller: LangGraphClient) -> None:
    """ORC-08: `tools` tells its beginning with the input, what it gives meanwhile, and its end."""
    parts = await told(caller, "tooled", asking("count"), "tools")
    assert [part["event"] for part in parts] == [
        "tool-started", "tool-output-delta", "tool-output-delta", "tool-finished",
    ]  # fmt: skip
    assert {part["tool_call_id"] for part in parts} == {"call-1"}
    assert (parts[0]["tool_name"], parts[0]["input"]) == ("count", {"most": 2})
    assert [part["delta"] for part in parts[1:3]] == [0, 1]
    assert parts[3]["output"]["content"] == "counted"


async def test_a_tool_that_raises_is_told_without_its_words(caller: LangGraphClient) -> None:
    """What is in the error of a tool, or of a node in `tasks`, stays in the log."""
    parts = await told(caller, "tooled", asking("raises"), "tools")
    assert [part["event"] for part in parts] == ["tool-started", "tool-error"]
    assert parts[1]["message"] == "the tool raised"
    parts = await told(caller, "nested", {"do": "fail"}, "tasks")
    assert [part["error"] for part in parts if part.get("error")] == ["ValueError"]


@pytest.mark.parametrize(
    ("do", "end"), [("act", "completed"), ("ask", "interrupted"), ("fail", "failed")]
)
async def test_a_graph_in_a_graph_begins_and_ends(
    caller: LangGraphClient, do: str, end: str
) -> None:
    """ORC-08: `lifecycle` tells each subgraph's beginning and how it ended, `subgraphs` or not."""
    first, last = await told(caller, "nested", {"do": do}, "lifecycle")
    assert (first["event"], first["graph_name"]) == ("started", "inside")
    assert first["namespace"] == [f"inside:{first['trigger_call_id']}"] == last["namespace"]
    assert last["event"] == end
    assert last.get("error") == ("ValueError" if end == "failed" else None)


async def test_an_agent_of_a_tool_names_the_call(caller: LangGraphClient) -> None:
    """`lifecycle` tells which tool call has started an agent, and nothing of `tasks` beside."""
    first, last = await told(caller, "tooled", asking("delegate"), "lifecycle")
    assert first["graph_name"] == "helper"
    assert first["cause"] == {"type": "toolCall", "tool_call_id": "call-1"}
    assert last["event"] == "completed"
