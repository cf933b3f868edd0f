"""`plumb show`: every effective value of a stack, where it came from, and what follows from it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console

from plumb.consequence import made_table
from plumb.origin import named_of
from plumb.stackfile import StackFile
from plumb.threshold import all_thresholds
from profiles.derive import Derived, all_derived
from profiles.derive.unstated import unstated
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
    """Line of the stack file, the named profile that it comes from, or `derived` for a null."""
    arithmetic: str = ""
    """How a derived value was computed."""


def effective(stack: StackFile, profile: Profile) -> list[Value]:
    """Return every effective value with its origin, in the order of the sections."""
    base, derived = parse(stack.profile_json)[BASE_KEY], unstated(profile)
    return [
        _derived(path, derived[path])
        if path in derived
        else Value(path=path, value=value, origin=_origin(stack, base, path))
        for path, value in _leaves(dump_profile(profile), "")
    ]


def _derived(path: str, number: Derived) -> Value:
    arithmetic = f"{number.arithmetic} = {number.value:g} {number.unit}"
    return Value(path=path, value=number.value, origin="derived", arithmetic=arithmetic)


def as_json(stack: StackFile, profile: Profile) -> dict[str, Any]:
    """Return values, derived numbers, thresholds and the config hash as JSON-ready values."""
    text = dump_service_config(service_config(profile))
    return {
        "stack": stack.stack,
        "config_hash": config_hash(text),
        "values": [asdict(value) for value in effective(stack, profile)],
        "derived": [asdict(derived) for derived in all_derived(profile)],
        "thresholds": [asdict(threshold) for threshold in all_thresholds(profile)],
    }


def print_values(console: Console, stack: StackFile, profile: Profile) -> None:
    """Print the effective values, by section; what the stack file states is bright."""
    table = made_table("field", "value", "from")
    section = ""
    for value in effective(stack, profile):
        if value.path.split(".")[0] != section:
            section = value.path.split(".")[0]
            table.add_row(f"[bold]{section}[/]", "", "")
        below = value.path.removeprefix(section).removeprefix(".")
        stated = value.origin.startswith("line")
        origin = f"{value.origin}: {value.arithmetic}" if value.arithmetic else value.origin
        style = "" if stated else "dim"
        table.add_row(f"  {below}", json.dumps(value.value), origin, style=style)
    console.print(table)


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
