"""`plumb show`: every effective value of a stack, where it came from, and what follows from it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from plumb.origin import named_of
from plumb.stackfile import StackFile
from profiles.derive import all_derived
from profiles.load import BASE_KEY, dump_profile, parse
from profiles.profile import Profile
from profiles.service import config_hash, dump_service_config, service_config


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One effective value."""

    path: str
    """Dotted path."""
    value: Any
    """The value in force."""
    origin: str
    """Line of the stack file, or the named profile that it comes from."""


def effective(stack: StackFile, profile: Profile) -> list[Value]:
    """Return every effective value with its origin, in the order of the sections."""
    base = parse(stack.profile_json)[BASE_KEY]
    return [
        Value(path=path, value=value, origin=_origin(stack, base, path))
        for path, value in _leaves(dump_profile(profile), "")
    ]


def as_json(stack: StackFile, profile: Profile) -> dict[str, Any]:
    """Return values, derived numbers, thresholds and the config hash as JSON-ready values."""
    text = dump_service_config(service_config(profile))
    return {
        "stack": stack.stack,
        "config_hash": config_hash(text),
        "values": [asdict(value) for value in effective(stack, profile)],
        "derived": [asdict(derived) for derived in all_derived(profile)],
        "thresholds": parse(text)["thresholds"],
    }


def print_values(console: Console, stack: StackFile, profile: Profile) -> None:
    """Print the effective values, by section; what the stack file states is bright."""
    table = _table("field", "value", "from")
    section = ""
    for value in effective(stack, profile):
        if value.path.split(".")[0] != section:
            section = value.path.split(".")[0]
            table.add_row(f"[bold]{section}[/]", "", "")
        below = value.path.removeprefix(section).removeprefix(".")
        stated = value.origin.startswith("line")
        table.add_row(
            f"  {below}", json.dumps(value.value), value.origin, style="" if stated else "dim"
        )
    console.print(table)


def print_derived(console: Console, profile: Profile) -> None:
    """Print what follows from the values: numbers with their arithmetic, thresholds, the hash."""
    table = _table("derived", "value", "arithmetic")
    for derived in all_derived(profile):
        table.add_row(derived.name, f"{derived.value:g} {derived.unit}", derived.arithmetic)
    console.print(table)
    text = dump_service_config(service_config(profile))
    held = _table("threshold of the running service", "value")
    for path, value in _leaves(parse(text)["thresholds"], ""):
        held.add_row(path, json.dumps(value))
    console.print()
    console.print(held)
    console.print(f"\nconfiguration {config_hash(text)} (hash of the service's file)")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, no_wrap=True)
    for column in others:
        table.add_column(column, overflow="fold")
    return table


def _leaves(values: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        below = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _leaves(value, below)
        else:
            yield below, value


def _origin(stack: StackFile, base: str, path: str) -> str:
    if path in stack.lines:
        return f"line {stack.lines[path]}"
    return named_of(base, path)
