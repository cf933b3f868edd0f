"""The report of an edit for a person, within 100 columns."""

import json
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from plumb.check import print_report
from plumb.edit.change import UNSET
from plumb.edit.consequence import Consequences, Moved
from plumb.origin import place_of

_INDENT = "  "


def print_consequences(console: Console, consequences: Consequences) -> None:
    """Print what moves, and below it what the rules find that they did not find before."""
    edit = consequences.edit
    for change, moved in zip(edit.changes, consequences.fields, strict=True):
        place = place_of(edit.after, change.path)
        origin = f"from `{place.named}`" if change.value is UNSET else f"line {place.line}"
        before, after = _shown(moved.before), _shown(moved.after)
        values = f"{before} → {after}" if before != after else f"{after}, as before"
        console.print(Text(f"{moved.name}: {values} ({origin})"), soft_wrap=False)
    _table(console, "derived", consequences.derived)
    _table(console, "the service", consequences.settings)
    if consequences.mended:
        console.print(f"\n[green]✓[/] holds again: {', '.join(consequences.mended)}")
    if consequences.broken.judgement.findings:
        console.print()
        print_report(console, consequences.broken)


def _table(console: Console, title: str, rows: Iterable[Moved]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(title)
    for name in ("before", "after"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(f"{_INDENT}{row.name}", _absent(row.before), _absent(row.after))
    if table.row_count:
        console.print()
        console.print(table)


def _absent(value: Any) -> Text:
    return Text("—" if value is None else str(value))


def _shown(value: Any) -> str:
    plain = value is None or isinstance(value, (bool, int, float, str))
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return json.dumps(list(value))
    return json.dumps(value, ensure_ascii=False) if plain else "…"
