"""A plan for a person, and for programs."""

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from plumb.engine.difference import differences
from plumb.engine.plan import Action, Change, FieldChange, Plan

_SIGNS: dict[Action, tuple[str, str]] = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("±", "magenta"),
    "delete": ("-", "red"),
    "keep": ("=", "cyan"),
}
"""Sign and colour of every action."""

_NOTES: dict[Action, str] = {
    "replace": "  deleted and made anew",
    "keep": "  leaves the stack, stays in the cluster",
}
_DONE: dict[Action, str] = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "keep": "kept",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """The smallest thing that differs: a field, or a value within a field's JSON text."""

    field: FieldChange
    """The field of the object."""
    within: FieldChange | None = None
    """The value within its JSON text; null where it holds none."""

    @property
    def value(self) -> FieldChange:
        """What differs."""
        return self.within or self.field


def print_plan(console: Console, plan: Plan) -> None:
    """Print what would change, field by field, and a line that sums it up."""
    for change in plan.changes:
        sign, colour = _SIGNS[change.action]
        head = Text.assemble((f"{sign} {change.action:<7} ", f"bold {colour}"), change.identity)
        console.print(_indented(head.append(_NOTES.get(change.action, ""), style="dim"), 2))
        for line in _lines(change):
            console.print(_indented(line, 6))
    console.print(_summary(plan))


def as_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready values; `within` is the place inside a field's JSON text."""
    return {
        "empty": plan.is_empty,
        "unchanged": plan.unchanged,
        "changes": [
            {
                "action": change.action,
                "kind": change.kind,
                "name": change.name,
                "fields": [_leaf_json(leaf) for leaf in leaves(change.fields)],
            }
            for change in plan.changes
        ],
    }


def _leaf_json(leaf: Leaf) -> dict[str, Any]:
    return {
        "path": leaf.field.path,
        "within": leaf.within.path if leaf.within else None,
        "before": leaf.value.before,
        "after": leaf.value.after,
    }


def _summary(plan: Plan) -> Text:
    counts = Counter(change.action for change in plan.changes)
    parts = [f"{counts[action]} {word}" for action, word in _DONE.items() if counts[action]]
    if plan.is_empty:
        parts.insert(0, "nothing to change")
    return Text(", ".join([*parts, f"{plan.unchanged} in step"]), style="bold")


def _lines(change: Change) -> Iterator[Text]:
    field = None
    for leaf in leaves(change.fields):
        if leaf.within and leaf.field is not field:
            yield Text(leaf.field.path)
        field = leaf.field
        before, after = leaf.value.before, leaf.value.after
        if _is_long(before) and _is_long(after):
            yield Text(leaf.value.path)
            yield from _text_diff(before, after)
        else:
            yield _line(leaf.value, "  " if leaf.within else "")


def leaves(fields: Iterable[FieldChange]) -> Iterator[Leaf]:
    """Yield what differs, looking into JSON texts."""
    for field in fields:
        before, after = _document(field.before), _document(field.after)
        if before is None or after is None or before == after:
            yield Leaf(field)
        else:
            yield from (Leaf(field, within) for within in differences(before, after))


def _line(value: FieldChange, indent: str) -> Text:
    line = Text(f"{indent}{value.path}: ")
    if value.before is not None:
        line.append(_shown(value.before), style="red")
    line.append(" → " if value.before is not None else "→ ", style="dim")
    if value.after is None:
        return line.append("gone", style="dim")
    return line.append(_shown(value.after), style="green")


def _text_diff(before: str, after: str) -> Iterator[Text]:
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1):
        if not line.startswith(("---", "+++", "@@")):
            style = {"+": "green", "-": "red"}.get(line[0], "dim")
            yield Text(f"  {line}", style=style)


def _document(value: Any) -> dict[str, Any] | None:
    """Return what a JSON text says, where it is one of an object."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return None
    try:
        found: dict[str, Any] = json.loads(value)
    except ValueError:
        return None
    return found


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _indented(line: Text, columns: int) -> Padding:
    line.overflow = "fold"
    return Padding(line, (0, 0, 0, columns), expand=False)
