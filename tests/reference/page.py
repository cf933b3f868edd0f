"""docs/fields.md: every field with its meaning, range, values and what follows from it.

`python -m tests.reference.page --write` writes it; without, it is printed.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from plumb.fields import Field, catalogue
from profiles.named import NAMED, values
from tests.reference.context import leaves
from tests.reference.trace import Uses, traced
from tests.stacks import ROOT

PAGE = ROOT / "docs" / "fields.md"
COMMAND = "make docs"

_OBJECTS, _PATHS = 6, 4
"""Objects of a field, and properties of an object, that are named; the rest are counted."""

_HEAD = f"""# Every field of a stack file

Written by `{COMMAND}`, not by hand. What a field means and takes is what its section in
`profiles/` says. What follows from it was found by changing the field in several profiles and
comparing all that comes out: the Kubernetes objects, the settings and thresholds of the running
service, the derived numbers of `plumb show`, and what each rule compares (`plumb explain RULE`).
What a mode needs is in [modes.md](modes.md).
"""


def page(uses: dict[str, Uses]) -> str:
    """Return the page's text."""
    return "\n".join([_HEAD, *_lines(uses)]) + "\n"


def _lines(uses: dict[str, Uses]) -> Iterator[str]:
    named = {name: leaves(values(name)) for name in NAMED}
    for path, field in catalogue().items():
        if path == "base":
            continue
        if field.section:
            yield from (f"{'##' if '.' not in path else '###'} {path}", "", _meaning(field), "")
        else:
            yield f"- **`{path}`** — {_meaning(field)}"
            yield from (f"  {line}" for line in _entry(field, named, uses.get(path)))
            yield ""


def _meaning(field: Field) -> str:
    return f"{field.meaning.rstrip('.')}.{' Null leaves it out.' if _optional(field) else ''}"


def _optional(field: Field) -> bool:
    return field.section and field.nullable and "null" not in field.meaning


def _entry(field: Field, named: dict[str, dict[str, Any]], uses: Uses | None) -> Iterator[str]:
    yield f"- takes {_code(field)}{_values(field.path, named)}"
    if uses is None:
        return
    if uses.together:
        yield "- changed together with the fields that go with it"
    if uses.objects:
        yield f"- objects: {_objects(uses.objects)}"
    for title, names in (("service", uses.settings), ("derived", uses.derived)):
        if names:
            yield f"- {title}: {_joined(sorted(f'`{name}`' for name in names), _OBJECTS)}"
    if uses.rules:
        yield f"- rules: {', '.join(sorted(uses.rules))}"


def _code(field: Field) -> str:
    """Return what the field takes; the form of a text is the schema's to say."""
    return field.allowed.replace(f" like {field.schema.get('pattern')}", "")


def _values(path: str, named: dict[str, dict[str, Any]]) -> str:
    recommended = named["recommended"].get(path, "—")
    if path not in named["recommended"]:
        return ""
    differing = [
        f"{name} `{json.dumps(known[path])}`"
        for name, known in named.items()
        if path in known and known[path] != recommended
    ]
    return "; " + ", ".join([f"recommended `{json.dumps(recommended)}`", *differing])


def _objects(found: dict[str, set[str]]) -> str:
    parts = [
        f"{identity} {_joined(sorted(f'`{path}`' for path in paths), _PATHS)}".rstrip()
        for identity, paths in sorted(found.items())
    ]
    return _joined(parts, _OBJECTS, "; ")


def _joined(parts: list[str], most: int, by: str = ", ") -> str:
    rest = len(parts) - most
    return by.join(parts[:most]) + (f" and {rest} more" if rest > 0 else "")


if __name__ == "__main__":
    text = page(traced())
    if "--write" in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
