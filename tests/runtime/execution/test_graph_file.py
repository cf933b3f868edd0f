"""langgraph.json: what it may say, and what is told of what it may not."""

import json
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from runtime.errors import SettingsError
from runtime.execution.graph_file import read_graph_file
from runtime.execution.graph_loader import open_graphs
from runtime.execution.graphs import RegisteredGraph
from runtime.settings import load_settings
from tests.runtime.execution.graphs import ask, one_node

MOST = 10
"""Graphs that a file may name."""

MODULE = """
from contextlib import asynccontextmanager
from .state import builder

graph = builder.compile()
uncompiled = builder
number = 7

def made(): return builder
async def awaited(config): return graph
@asynccontextmanager
async def managed():
    yield builder
def broken(): raise RuntimeError("no key")
"""

STATE = """
from dataclasses import dataclass
from typing import TypedDict
from langgraph.graph import END, START, StateGraph

@dataclass
class Kept:
    number: int

class State(TypedDict, total=False):
    kept: Kept

async def keep(state: State) -> State:
    return {"kept": Kept(state["kept"].number + 1 if "kept" in state else 0)}

builder = StateGraph(State)
builder.add_node("keep", keep)
builder.add_edge(START, "keep")
builder.add_edge("keep", END)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a package of graphs, under a name that no other test imports."""
    package = tmp_path / f"package_{tmp_path.name.replace('-', '_')}"
    package.mkdir()
    for name, text in (("__init__", ""), ("graph", MODULE), ("state", STATE)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return package


def written(folder: Path, content: Any) -> Path:
    """Write a langgraph.json beside a package."""
    path = folder.parent / "langgraph.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def with_(key: str, value: Any) -> dict[str, Any]:
    """Return a file with the built-in graph and one thing more."""
    return {"graphs": {"papers": "plumbline:research"}, key: value}


def built_in() -> RegisteredGraph:
    """Return what stands for the built-in graph."""
    graph: Any = one_node(ask).compile(checkpointer=InMemorySaver())
    return RegisteredGraph(name="research", graph=graph)


@pytest.mark.parametrize("attribute", ["graph", "uncompiled", "made", "awaited", "managed"])
async def test_a_graph_comes_in_every_form_and_keeps_its_own_types(
    folder: Path, attribute: str
) -> None:
    """ORC-11: compiled or not, or made by a function; a class of its own survives the store."""
    source = f"./{folder.name}/graph.py:{attribute}"
    path = written(folder, {"dependencies": ["."], "graphs": {"agent": source}})
    async with open_graphs(read_graph_file(path, MOST), built_in(), InMemorySaver()) as graphs:
        graph = graphs.get("agent").graph
        config: Any = {"configurable": {"thread_id": "one"}}
        for _ in range(2):
            gave: Any = await graph.ainvoke({}, config)
    assert gave["kept"].number == 1


async def test_the_built_in_graph_is_the_default_and_can_be_named(folder: Path) -> None:
    """Without a file it is the only one; a file may keep it under any name."""
    async with open_graphs(None, built_in(), InMemorySaver()) as graphs:
        assert [entry.name for entry in graphs.all] == ["research"]
    path = written(
        folder,
        {
            "$schema": "https://langgra.ph/schema.json",
            "graphs": {"papers": {"path": "plumbline:research"}},
            "env": ".env",
        },
    )
    file = read_graph_file(path, MOST)
    assert file.unused == ("env",)
    async with open_graphs(file, built_in(), InMemorySaver()) as graphs:
        assert graphs.get(graphs.get("papers").assistant_id).name == "papers"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "langgraph.json:1:2: Expecting property name"),
        ([], "is not a JSON object"),
        ({}, 'graphs names no graph; write {"graphs"'),
        ({"graphs": {}}, "graphs names no graph"),
        ({"graphs": {"a b": "./a.py:graph"}}, "graphs.a b: is not a name"),
        ({"graphs": {"a": "./a.py"}}, "graphs.a: './a.py' is no graph; write FILE:NAME"),
        ({"graphs": {"a": 1}}, "graphs.a: 1 is no graph"),
        ({"graphs": {"a": "graph"}}, "graphs.a: 'graph' is no graph"),
        ({"graphs": {"a": ":graph"}}, "graphs.a: ':graph' is no graph"),
        ({"graphs": {"a": "./a.py:two words"}}, "graphs.a: './a.py:two words' is no graph"),
        (
            {"graphs": {f"a{number}": "./a.py:graph" for number in range(MOST + 1)}},
            "graphs names 11 graphs > 10 graph.max_graphs",
        ),
        ({"graphs": {"a": "./a.py:graph"}, "dependencies": ["./no"]}, "no folder './no'"),
        ({"graphs": {"a": "./a.py:graph"}, "dependencies": "."}, "dependencies: is not a list"),
        ({"graphs": {"a": "./a.py:graph"}, "dependencies": [1]}, "dependencies: is not a list"),
        (with_("auth", "./auth.py:auth"), "auth: names no file"),
        (with_("auth", {"path": "./auth.py"}), 'auth: names no file; write {"path": "./auth.py:'),
        (with_("store", {"index": {"dims": 3}}), "store.index: there is no index"),
        (with_("store", {"path": "./s.py:store"}), "store.path: items lie in"),
        (with_("store", []), "store: [] is not a JSON object"),
        (with_("store", {"ttl": {"default": 1}}), "store.ttl has no 'default'; it has default_ttl"),
        (with_("store", {"ttl": {"default_ttl": 0}}), "store.ttl.default_ttl: 0 is less than"),
        (with_("store", {"ttl": {"default_ttl": "1"}}), "store.ttl.default_ttl: '1' is no number"),
        (with_("store", {"ttl": {"default_ttl": True}}), "default_ttl: True is no number"),
        (with_("store", {"ttl": {"default_ttl": float("nan")}}), "default_ttl: nan is less than"),
        (with_("store", {"ttl": {"default_ttl": float("inf")}}), "default_ttl: inf is no time"),
        (with_("store", {"ttl": {"refresh_on_read": 1}}), "refresh_on_read: 1 is neither true"),
        (with_("checkpointer", {"path": "./s.py:make"}), "checkpointer.path: checkpoints lie in"),
        (
            with_("checkpointer", {"ttl": {"strategy": "keep_latest"}}),
            "checkpointer.ttl.strategy: 'keep_latest' is not done to every thread",
        ),
        (
            with_("checkpointer", {"ttl": {"sweep_limit": 5}}),
            "checkpointer.ttl.sweep_limit: a sweep takes all",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_key(
    folder: Path, content: Any, told: str
) -> None:
    """The error names file, key and fix."""
    with pytest.raises(SettingsError) as refused:
        read_graph_file(written(folder, content), MOST)
    assert told in str(refused.value)
    assert "langgraph.json" in str(refused.value)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("./missing.py:graph", "graphs.a: there is no file './missing.py'"),
        ("no_such_module:graph", "importing no_such_module raised ModuleNotFoundError"),
        ("./{package}/graph.py:agent", "has no 'agent'; it has: builder, graph, uncompiled"),
        ("./{package}/graph.py:number", "number is int; name a compiled graph"),
        ("./{package}/graph.py:broken", "broken raised RuntimeError: no key"),
    ],
)
async def test_a_graph_that_cannot_be_had_is_told_with_its_key(
    folder: Path, source: str, told: str
) -> None:
    """The error names file, key and fix, also where the user's own code raises."""
    path = written(folder, {"graphs": {"a": source.format(package=folder.name)}})
    with pytest.raises(SettingsError) as refused:
        async with open_graphs(read_graph_file(path, MOST), built_in(), InMemorySaver()):
            pass
    assert told in str(refused.value)
    assert f"{path}: graphs.a" in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The path is named, with what to do."""
    with pytest.raises(SettingsError, match=r"cannot read .*nowhere\.json"):
        read_graph_file(tmp_path / "nowhere.json", MOST)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """The path is named, with what to do."""
    path = tmp_path / "langgraph.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"cannot read .*langgraph\.json"):
        read_graph_file(path, MOST)


def test_times_of_a_file_go_over_the_configuration(folder: Path) -> None:
    """`store.ttl` and `checkpointer.ttl` hold, in minutes; each is told as an override."""
    own = {"default_ttl": 1.5, "refresh_on_read": False, "sweep_interval_minutes": 3}
    content = with_("store", {"index": None, "ttl": own})
    times = {"strategy": "delete", "default_ttl": 120, "sweep_interval_minutes": 2}
    content["checkpointer"] = {"ttl": times, "serde": {"allowed_json_modules": True}}
    path = written(folder, content)
    settings = load_settings({}, graph_file=path)
    items, kept = settings.config.items, settings.config.checkpoints
    assert (items.ttl_seconds, items.refresh_on_read) == (90, False)
    assert items.sweep_interval_seconds == 180
    assert (kept.retention_seconds, kept.cleanup_interval_seconds) == (7200, 120)
    told = {each.variable.removeprefix(f"{path}: "): each.value for each in settings.overrides}
    assert told["store.ttl.default_ttl"] == 90
    assert told["checkpointer.ttl.default_ttl"] == 7200
    assert settings.graphs is not None
    assert settings.graphs.unused == ("checkpointer.serde",)
    days = load_settings({"CHECKPOINT_CLEANUP_DAYS": "3"}, graph_file=path)
    assert days.config.checkpoints.retention_seconds == 3 * 86_400


def test_a_time_out_of_range_is_told_with_its_key(folder: Path) -> None:
    """What the stack file could not say, a langgraph.json cannot either."""
    path = written(folder, with_("store", {"ttl": {"default_ttl": 10**7}}))
    with pytest.raises(SettingsError, match=r"store\.ttl\.default_ttl: .*31536000"):
        load_settings({}, graph_file=path)
