"""`plumb check`: what the coherence rules find in a stack."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.stackfile import StackFile
from profiles.rules import RULES, Finding, check


def findings(stack: StackFile) -> tuple[Finding, ...]:
    """Return what the rules find; ProfileError when the stack file itself is wrong."""
    return check(stack.load())


def as_json(stack: StackFile, found: tuple[Finding, ...]) -> dict[str, Any]:
    """Return the report as JSON-ready values."""
    return {
        "stack": stack.stack,
        "file": str(stack.path),
        "rules": len(RULES),
        "findings": [
            {
                "rule": finding.rule,
                "title": finding.title,
                "severity": finding.severity,
                "line": stack.line_of(_field_to_edit(finding)),
                "numbers": dict(finding.numbers),
                "arithmetic": finding.arithmetic,
                "reason": finding.reason,
                "source": finding.source,
                "fix": finding.fix,
                "edit": dict(finding.edit),
            }
            for finding in found
        ],
    }


def print_report(console: Console, stack: StackFile, found: tuple[Finding, ...]) -> None:
    """Print the report for a person."""
    if not found:
        console.print(f"[green]✓[/] {stack.stack}: all {len(RULES)} rules hold")
        return
    noun = "rule" if len({finding.rule for finding in found}) == 1 else "rules"
    broken = len({finding.rule for finding in found})
    console.print(f"[red]✗[/] [bold]{stack.stack}[/]: {broken} of {len(RULES)} {noun} broken")
    for finding in found:
        console.print(_block(stack, finding))
    console.print()


def _block(stack: StackFile, finding: Finding) -> RenderableType:
    field = _field_to_edit(finding)
    line = stack.line_of(field)
    place = f"{stack.path.name}:{line}" if line else stack.path.name
    colour = "red" if finding.severity == "error" else "yellow"
    head = Text.assemble(
        (f"{finding.rule} {finding.severity}", f"bold {colour}"), f"  {finding.title}"
    )
    body = Table.grid(padding=(0, 2))
    body.add_column(style="dim", no_wrap=True)
    body.add_column(overflow="fold")
    body.add_row("where", Text(f"{place}  {field}"))
    body.add_row("numbers", Text(finding.arithmetic))
    body.add_row("why", Text(f"{finding.reason} ({finding.source})"))
    body.add_row("fix", Text(finding.fix))
    return Padding(Group(head, Padding(body, (0, 0, 0, 4))), (1, 0, 0, 2))


def _field_to_edit(finding: Finding) -> str:
    """Return the field that the fix changes, or the first of those compared."""
    return finding.edit[0][0] if finding.edit else finding.numbers[0][0]
