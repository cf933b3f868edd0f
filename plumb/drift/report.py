"""A drift report for a person, and for programs."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.drift.drift import Drift
from plumb.drift.finding import REFUSALS, Deed, Finding
from plumb.drift.keep import shown

_HEADS = {
    "gone": "is gone",
    "unowned": "is not declared by the stack",
}
_UP: dict[Deed, str] = {
    "put back": "puts it back",
    "make": "makes it",
    "remove": "removes it",
    "roll": "rolls the pods that read it",
    "leave": "leaves it",
    "refuse": "refuses",
    "conflict": "refuses",
}
"""What `up` does, in words."""

_LONG = 160
"""Characters of a value that a line shows."""


def as_json(drift: Drift) -> dict[str, Any]:
    """Return JSON-ready values."""
    return {
        "stack": drift.stack,
        "context": drift.context,
        "namespace": drift.namespace,
        "engine": drift.engine,
        "drift": drift.found,
        "objects": drift.objects,
        "properties": drift.properties,
        "up": {
            "refuses": bool(drift.refusal),
            "why": drift.refusal,
            "give_back": [shlex.join(command) for command in _commands(drift)],
        },
        "findings": [asdict(finding) for finding in drift.findings],
    }


def print_report(console: Console, drift: Drift, file: str) -> None:
    """Print what differs, object by object, what `up` does about each, and how to keep it."""
    place = f"{drift.namespace} on {drift.context}, deployed by {drift.engine}"
    compared = f"{drift.objects} objects, {drift.properties} properties compared"
    if not drift.found:
        words = f": no drift: {compared}"
        console.print(Text.assemble(("✓ ", "bold green"), (drift.stack, "bold"), words))
        console.print(Text(f"  {place}", "dim"))
        return
    count = len(drift.findings)
    words = f": {count} {'difference' if count == 1 else 'differences'} from the stack file"
    console.print(Text.assemble(("✗ ", "bold red"), (drift.stack, "bold"), words))
    console.print(Text(f"  {place}; {compared}", "dim"))
    for identity, group in groupby(drift.findings, lambda finding: finding.object):
        console.print()
        console.print(Text(f"  {identity}", "bold"))
        for finding in group:
            console.print(_indented(_head(finding), 4))
            console.print(_indented(_block(finding, drift.stack, file), 6))
    console.print()
    for line in _end(drift):
        console.print(line, soft_wrap=True)


def _block(finding: Finding, stack: str, file: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    told = "; ".join(filter(None, (str(finding.by or ""), finding.note)))
    if told:
        table.add_row("by" if finding.by else "", Text(told))
    table.add_row("up", _up(finding))
    if finding.keep:
        line = f":{finding.keep.line}" if finding.keep.line else ""
        edit = f"{shown(finding.keep)} in {file}{line}, then `plumb up {stack}`"
        table.add_row("keep", Text(edit))
    return table


def _head(finding: Finding) -> Text:
    refused = finding.up in REFUSALS
    line = Text.assemble(("✗ ", "bold red") if refused else ("~ ", "yellow"))
    if not finding.path:
        return line.append(_HEADS.get(finding.kind, finding.kind))
    line.append(f"{finding.place}: ")
    if finding.stated is None:
        return line.append("not stated", "dim").append(" → ").append(_value(finding.live), "red")
    line.append(_value(finding.stated), "green").append(" → ", "dim")
    return line.append("gone" if finding.live is None else _value(finding.live), "red")


def _up(finding: Finding) -> Text:
    words = _UP[finding.up]
    if finding.up == "put back" and finding.by and finding.note:
        words = "applies the stack file"
    return Text(f"{words}: {finding.why}" if finding.why else words)


def _end(drift: Drift) -> Iterator[Text]:
    if not drift.refusal:
        return
    commands = _commands(drift)
    yield Text(f"`plumb up {drift.stack}` changes nothing as it stands:", "bold")
    if not commands:
        yield Text(drift.refusal)
        return
    yield Text("  fields belong to others now. Keep their values in the stack file, or give them")
    yield Text("  back first; the values stay until `up` puts its own there:")
    for command in commands:
        yield Text(f"    {shlex.join(command)}")


def _commands(drift: Drift) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(each.command for each in drift.findings if each.command))


def _indented(content: Text | Table, columns: int) -> Padding:
    if isinstance(content, Text):
        content.overflow = "fold"
    return Padding(content, (0, 0, 0, columns), expand=False)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "⏎")
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"
