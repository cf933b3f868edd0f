"""Schemas of graphs whose states are written with `typing`."""

import operator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from langgraph.graph import START, StateGraph
from pydantic import TypeAdapter

from runtime.api.agent.schemas import modern, schemas_json


class Inner(TypedDict):
    """A part of a state."""

    a: int
    """A number."""
    b: NotRequired[Literal["x", "y"]]
    """A word."""


class State(TypedDict, total=False):
    """A state."""

    parts: Annotated[list[Inner], operator.add]
    """Parts."""
    one: Inner | None
    """A part."""
    named: dict[str, Inner]
    """Parts by name."""


class Tree(TypedDict):
    """A type that holds itself."""

    children: "list[Tree]"
    """More of the same."""


@dataclass
class Held:
    """A type of which none can be made."""

    inner: Inner
    """A part."""


def graph_of(kind: Any) -> Any:
    """Return a graph with a state of a type."""
    builder = StateGraph(kind, context_schema=Inner)
    builder.add_node("only", lambda _: {})
    builder.add_edge(START, "only")
    return builder.compile()


def test_a_typed_dict_of_typing_has_a_schema() -> None:
    """On every Python: its fields, those of the parts in it, and which of them must be there."""
    found = schemas_json("graph", graph_of(State))
    for name in ("input_schema", "output_schema", "state_schema"):
        schema = found[name]
        assert set(schema["properties"]) == {"parts", "one", "named"}
        assert "required" not in schema
        inner = schema["$defs"]["Inner"]
        assert inner["required"] == ["a"]
        assert inner["properties"]["b"]["enum"] == ["x", "y"]
    assert found["context_schema"]["required"] == ["a"]


def test_a_type_that_holds_itself_is_cut() -> None:
    """Nothing recurses for ever: inside itself it is anything."""
    schema = TypeAdapter(modern(Tree)).json_schema()
    assert schema["properties"]["children"]["items"] == {}


def test_a_type_that_cannot_be_had_has_none() -> None:
    """A dataclass is not written anew: null where pydantic refuses it, never a 500."""
    found = schemas_json("graph", graph_of(Held))
    assert found["state_schema"] is None or "inner" in found["state_schema"]["properties"]
