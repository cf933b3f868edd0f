"""The report for a person, within 100 columns."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.check.report import Report, where
from plumb.origin import place_of
from plumb.stackfile import StackFile
from profiles.rules import RULES, Finding, Notice
from profiles.rules.objects import OBJECT_IDS, OBJECT_RULES

_COLOURS = {"error": "red", "warning": "yellow", "overridden": "cyan"}
"""For each level of a finding."""


_LABEL = 7
"""Columns of the longest label, so that all blocks are aligned."""


def print_report(console: Console, report: Report) -> None:
    """Print what is found in a stack."""
    stack, judgement = report.stack, report.judgement
    console.print(_headline(report))
    for finding in judgement.findings:
        console.print(_finding(stack, finding), soft_wrap=False)
    for notice in judgement.notices:
        console.print(_notice(stack, notice), soft_wrap=False)
    if judgement.findings or judgement.notices:
        console.print()


def print_allowed(console: Console, report: Report) -> None:
    """Print in a line each what is broken with a reason, for commands that go on all the same."""
    for finding in report.judgement.findings:
        if finding.override:
            console.print(f"! {finding.rule} is broken, {finding.override}", markup=False)


def print_counts(console: Console, reports: list[Report]) -> None:
    """Print how much was found in all stacks together, in a line."""
    levels = [finding.level for report in reports for finding in report.judgement.findings]
    notices = sum(len(report.judgement.notices) for report in reports)
    counts = [
        _counted(levels.count("error"), "error"),
        _counted(levels.count("warning"), "warning"),
        *([f"{levels.count('overridden')} overridden"] if "overridden" in levels else ()),
        *([f"{_counted(notices, 'override')} to look at"] if notices else ()),
    ]
    stacks = _counted(len(reports), "stack")
    asked = max((report.rules for report in reports), default=0)
    console.print(f"{stacks}, {asked} rules: {', '.join(counts)}")
    if asked <= len(RULES):
        console.print(
            f"{len(OBJECT_RULES)} more rules look at the objects: `plumb check --rendered`, "
            "`preview` and `up`"
        )


def _headline(report: Report) -> str:
    findings = report.judgement.findings
    broken = {finding.rule for finding in findings if finding.override is None}
    allowed = {finding.rule for finding in findings if finding.override}
    mark = "[green]✓[/]" if not broken else "[red]✗[/]" if report.blocking else "[yellow]![/]"
    said = (
        f"{len(broken)} of {report.rules} rules broken"
        if broken
        else f"{'' if allowed else 'all '}{report.rules - len(allowed)} rules hold"
    )
    return f"{mark} {report.stack.stack}: {said}" + _and(len(allowed), "broken with a reason")


def _and(number: int, what: str) -> str:
    return f", {number} {what}" if number else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _finding(stack: StackFile, finding: Finding) -> RenderableType:
    head = (f"{finding.rule} {finding.level}", f"bold {_COLOURS[finding.level]}")
    place = where(stack, finding)
    shown = place.field if finding.rule in OBJECT_IDS else place.shown(stack.path.name)
    return _block(Text.assemble(head, f"  {finding.title}"), (("where", shown), *finding.rows))


def _notice(stack: StackFile, notice: Notice) -> RenderableType:
    head = (f"{notice.rule} override", f"bold {_COLOURS['warning']}")
    place = place_of(stack, notice.path).shown(stack.path.name)
    return _block(Text.assemble(head, f"  {notice.text}"), (("where", place),))


def _block(head: Text, rows: Iterable[tuple[str, str]]) -> RenderableType:
    body = Table.grid(padding=(0, 2))
    body.add_column(style="dim", no_wrap=True, min_width=_LABEL)
    body.add_column(overflow="fold")
    for label, text in rows:
        body.add_row(label, Text(text))
    return Padding(Group(head, Padding(body, (0, 0, 0, 4))), (1, 0, 0, 2))
