"""`plumb check`: what the coherence rules find in a stack."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
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
                "line": stack.line_of(finding.numbers[0][0]),
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


def _block(stack: StackFile, finding: Finding) -> RenderableType:
    field, _ = finding.numbers[0]
    line = stack.line_of(field)
    place = f"{stack.path.name}:{line}" if line else stack.path.name
    colour = "red" if finding.severity == "error" else "yellow"
    head = Text.assemble(
        (f"{finding.rule} {finding.severity}", f"bold {colour}"), f"  {finding.title}"
    )
    rows = (
        ("where", f"{place}  {field}"),
        ("numbers", finding.arithmetic),
        ("why", f"{finding.reason} ({finding.source})"),
        ("fix", finding.fix),
    )
    body = [Text.assemble((f"{name:<8}", "dim"), text) for name, text in rows]
    return Padding(Group(head, *(Padding(row, (0, 0, 0, 4)) for row in body)), (1, 0, 0, 2))
