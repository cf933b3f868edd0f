"""JSON Schema (draft 7, which every editor knows) of the profile that a stack file states.

Sections are written out where they stand rather than referred to, so that each field can carry
the value that it has when nobody states it. A section is partial: nothing in it is required. The
items of a list are whole, because a stated list replaces the one below it.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from plumb.fields.docstring import field_docstrings
from profiles.load import BASE_KEY
from profiles.named import NAMED, values
from profiles.profile import Profile

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

_STATED_BY_ALL = "recommended"
"""The named profile that is complete: what a field is when nobody states it."""


def profile_schema() -> Schema:
    """Return the schema of what stands below `plumbline:profile`."""
    named = {name: values(name) for name in NAMED}
    schema = _section(Profile, named)
    base = {
        "description": "Named values that the stack builds on; it states what differs.",
        "enum": list(NAMED),
    }
    return schema | {"properties": {BASE_KEY: base, **schema["properties"]}, "required": [BASE_KEY]}


def _section(cls: type, named: Mapping[str, Any], *, whole: bool = False) -> Schema:
    hints, texts = get_type_hints(cls, include_extras=True), field_docstrings(cls)
    properties = {
        field.name: {"description": texts[field.name]}
        | _hint(hints[field.name], _below(named, field.name))
        for field in fields(cls)
    }
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(properties)} if whole else {})


def _hint(hint: Any, named: Mapping[str, Any]) -> Schema:
    """Return the schema of a field's type, with its values in the named profiles."""
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for member in members:
        if isinstance(member, type) and is_dataclass(member):
            return _nullable(_section(member, named), type(None) in members)
        if get_origin(member) is tuple and is_dataclass(get_args(member)[0]):
            items = _section(get_args(member)[0], {}, whole=True)
            return {"type": "array", "items": items} | _values(named)
    return _flat(TypeAdapter(hint).json_schema()) | _values(named)


def _flat(schema: Schema) -> Schema:
    """Return a schema without `anyOf` of a type and null: editors say more about a plain one."""
    if "const" in schema:
        return {"enum": [schema["const"]]}
    if "anyOf" not in schema:
        return schema
    plain = [_flat(one) for one in schema["anyOf"] if one != {"type": "null"}]
    (only,) = plain
    return _nullable(only, len(plain) < len(schema["anyOf"]))


def _nullable(schema: Schema, nullable: bool) -> Schema:
    if not nullable:
        return schema
    result = dict(schema)
    if "type" in schema:
        result["type"] = [schema["type"], "null"]
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None]
    return result


def _values(named: Mapping[str, Any]) -> Schema:
    """Return the value when nobody states it, and those that the named profiles have."""
    known: list[Any] = []
    for value in named.values():
        if value not in known:
            known.append(value)
    default = {"default": named[_STATED_BY_ALL]} if _STATED_BY_ALL in named else {}
    return default | ({"examples": known} if len(known) > 1 else {})


def _below(named: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the part of each named profile that has the key; a null section has none."""
    return {
        name: part[key] for name, part in named.items() if isinstance(part, dict) and key in part
    }
