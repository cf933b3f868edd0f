"""Prints what follows from a stack's values: numbers with arithmetic, thresholds, the hash."""

import json
from itertools import groupby

from rich.console import Console
from rich.table import Table

from plumb.threshold import all_thresholds
from profiles.derive import Derived, all_derived
from profiles.profile import Profile
from profiles.service import config_hash, dump_service_config, service_config

_TITLES = {
    "connections": "connections",
    "memory": "memory of pods",
    "room": "CPU and memory of everything",
    "load": "load that it is sized for",
    "upstream": "upstream budget",
    "time": "time",
    "analysis": "analysis",
    "recovery": "recovery",
    "storage": "storage",
}
"""Heading of each group of numbers, by the first part of their keys."""

_SHORT = {"millicores": "m", "connections": "", "requests/s": "/s"}
"""Units that are long, or that the heading says."""

_EXACT = 999.5
"""From here on a number is shown whole, below with three digits."""


def print_derived(console: Console, profile: Profile) -> None:
    """Print the numbers by group, each of its limit; then the thresholds and who reads each."""
    table = made_table("follows from the values", "value", "arithmetic")
    for group, numbers in groupby(all_derived(profile), lambda one: one.key.partition(".")[0]):
        table.add_row(f"[bold]{_TITLES.get(group, group)}[/]", "", "")
        for number in numbers:
            table.add_row(f"  {number.name}", _amount(number), f"[dim]{number.arithmetic}[/]")
    console.print(table)
    console.print()
    _print_thresholds(console, profile)
    text = dump_service_config(service_config(profile))
    console.print(f"\nconfiguration {config_hash(text)} (hash of the service's file)")


def _print_thresholds(console: Console, profile: Profile) -> None:
    table = made_table("held to", "value", "read by")
    for group, held in groupby(all_thresholds(profile), lambda one: one.path.partition(".")[0]):
        table.add_row(f"[bold]{group}[/]", "", "")
        for one in held:
            name = one.path.removeprefix(f"{group}.")
            table.add_row(f"  {name}", json.dumps(one.value), ", ".join(one.readers))
    console.print(table)


def _amount(number: Derived) -> str:
    unit = _SHORT.get(number.unit, number.unit)
    if number.limit is None:
        return f"{shown(number.value)} {unit}"
    return f"{shown(number.value)} of {shown(number.limit.value)} {unit}"


def shown(value: float) -> str:
    """Return a number for a person: whole, or with three digits."""
    return f"{value:.0f}" if abs(value) >= _EXACT or value == int(value) else f"{value:.3g}"


def made_table(first: str, *others: str) -> Table:
    """Return a table without lines, whose other columns fold."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, no_wrap=True)
    for column in others:
        table.add_column(column, overflow="fold")
    return table
