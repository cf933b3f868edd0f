"""Every field of a profile as its schema has it, by dotted path; the paths near a wrong one."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from plumb.fields.schema import Schema, profile_schema

_UNITS = {
    "_seconds": "s", "_ms": "ms", "_hours": "h", "_days": "d",
    "_mib": "MiB", "_gib": "GiB", "_kib": "KiB", "_millicores": "millicores", "_percent": "%",
    "_per_second": "/s", "_per_minute": "/min", "_rps": "/s",
}  # fmt: skip
"""Unit by the end of a field's name: every field has its unit there."""

_NEAR = 3
"""Paths that a wrong one is answered with, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field, or a section, that a stack file may state."""

    path: str
    """Dotted path below the profile; `[]` stands for the items of a list."""
    meaning: str
    """The docstring under the field."""
    schema: Schema
    """What it may be, as JSON Schema."""

    @property
    def section(self) -> bool:
        """Whether it is a mapping of other fields."""
        return "properties" in self.schema

    @property
    def types(self) -> tuple[str, ...]:
        """Return the JSON types that it takes, null left out."""
        stated = self.schema.get("type", "string")
        listed = [stated] if isinstance(stated, str) else stated
        return tuple(one for one in listed if one != "null")

    @property
    def nullable(self) -> bool:
        """Whether null may stand there."""
        return "null" in self.schema.get("type", ()) or None in self.schema.get("enum", ())

    @property
    def unit(self) -> str:
        """Return its unit; empty for a text, a choice or a number of things."""
        name = self.path.rpartition(".")[2]
        return next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")

    @property
    def allowed(self) -> str:
        """Return in words what may stand there, such as `integer from 1 to 9 GiB, or null`."""
        schema = self.schema
        if "enum" in schema:
            words = " or ".join(str(one) for one in schema["enum"] if one is not None)
        elif "array" in self.types:
            words = "list"
        else:
            words = f"{'mapping' if self.section else self.types[0]}{_range(schema)}"
            words += f" {self.unit}" if self.unit else ""
            words += f" like {schema['pattern']}" if "pattern" in schema else ""
        return words + (", or null" if self.nullable else "")


@cache
def catalogue() -> dict[str, Field]:
    """Return every field and section by its path, in the order of the sections."""
    return {field.path: field for field in fields_of(profile_schema())}


def near(path: str) -> list[str]:
    """Return the paths that a wrong one may have meant, the nearest first."""
    known = [field for field in catalogue() if "[]" not in field]
    last = path.rpartition(".")[2]
    same_end = [field for field in known if field.rpartition(".")[2] == last]
    found = dict.fromkeys([*same_end, *get_close_matches(path, known, n=_NEAR)])
    return list(found)[:_NEAR]


def fields_of(schema: Schema, path: str = "") -> Iterator[Field]:
    """Yield every field and section of a schema below a path."""
    for name, below in schema.get("properties", {}).items():
        own = f"{path}.{name}" if path else name
        yield Field(path=own, meaning=below["description"], schema=below)
        yield from fields_of(below, own)
        yield from fields_of(below.get("items", {}), f"{own}[]")


def _range(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above = schema.get("exclusiveMinimum")
    start = f" above {_plain(above)}" if above is not None else ""
    start = f" from {_plain(low)}" if low is not None else start
    return start + (f" to {_plain(high)}" if high is not None else "")


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)
