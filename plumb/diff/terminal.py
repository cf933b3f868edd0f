"""The diff for a person at a terminal, within 100 columns, and good without colour."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.diff.breach import Breach
from plumb.diff.consequence import LEVELS, Consequence, Level
from plumb.diff.derived import Moved
from plumb.diff.report import Report
from plumb.diff.words import number, shown
from plumb.engine.plan import Plan
from plumb.engine.report import print_plan

_COLOURS: dict[Level, str] = {
    "data": "red",
    "downtime": "red",
    "protection": "yellow",
    "rolls": "yellow",
    "note": "cyan",
}
_STATES = {"broken": "red", "still broken": "yellow", "mended": "green"}
_STANDINGS = {"over": "over its limit", "near": "near its limit", "": ""}


def print_reports(console: Console, titles: tuple[str, str], reports: Iterable[Report]) -> None:
    """Print every stack; one line for one that nothing happens to."""
    console.print(Text(f"{titles[0]} → {titles[1]}", style="dim"))
    for report in reports:
        if report.is_empty:
            console.print(f"[green]✓[/] {report.stack}: no change")
        else:
            print_report(console, report)


def print_report(console: Console, report: Report) -> None:
    """Print one stack that something happens to."""
    console.print()
    state = "" if report.state == "changed" else f" is {report.state}"
    line = Text.assemble((report.stack, "bold"), f"{state}: {report.summary}")
    console.print(line)
    if report.edits:
        console.print(_indented(_edits(report), 2))
    for level, title in LEVELS.items():
        _print_level(console, report, level, title)
    _print_numbers(console, report)
    _print_settings(console, report)
    _print_rules(console, report)
    if report.is_without_effect:
        console.print("\n  No effect on objects or the service.")
    _print_objects(console, report)


def _edits(report: Report) -> Table:
    table = _grid(fold=1)
    for edit in report.edits:
        change = f"{edit.path}: {shown(edit.before)} → {shown(edit.after)}"
        table.add_row(report.place(edit.path), change)
    return table


def _print_level(console: Console, report: Report, level: Level, title: str) -> None:
    found = [each for each in report.consequences if each.level == level]
    if not found:
        return
    _head(console, title, _COLOURS[level])
    for each in found:
        console.print(_consequence(report, each))


def _consequence(report: Report, each: Consequence) -> RenderableType:
    text = Text("• ")
    if each.object:
        text.append(f"{each.object}: ", style="bold")
    text.append(each.text)
    for field in each.fields or ("",):
        text.append(f"\n  from {report.place(field)}  {field}" if field else _OF_CODE, style="dim")
    return _indented(text, 4)


_OF_CODE = "\n  from the stack as a whole, or the program's own code"


def _print_numbers(console: Console, report: Report) -> None:
    if not report.numbers:
        return
    _head(console, "Derived numbers")
    table = _table("number", "before", "after", "limit", "")
    for each in report.numbers:
        style = {"over": "red", "near": "yellow"}.get(each.standing, "")
        table.add_row(*_number(each), style=style)
    console.print(_indented(table, 4))


def _number(each: Moved) -> tuple[str, ...]:
    before, after, limit = map(number, (each.before, each.after, each.limit))
    return each.title, before, after, limit, _STANDINGS[each.standing]


def _print_settings(console: Console, report: Report) -> None:
    if not report.settings:
        return
    _head(console, "What the running service is told")
    table = _table("setting", "before", "after", "read by")
    for each in report.settings:
        table.add_row(each.path, shown(each.before), shown(each.after), each.reader)
    console.print(_indented(table, 4))


def _print_rules(console: Console, report: Report) -> None:
    if report.breaches or report.overrides:
        _head(console, "Rules")
    for each in report.breaches:
        console.print(_breach(report, each))
    for text in report.overrides:
        console.print(_indented(Text(f"override  {text}"), 4))


def _breach(report: Report, each: Breach) -> RenderableType:
    head = Text(f"{each.rule} {each.severity} ")
    head.append(each.state, style=_STATES[each.state])
    head.append(f": {each.title}\n  numbers  {each.arithmetic}")
    if each.fix:
        head.append(f"\n  fix      {each.fix}\n  where    {report.place(each.field)}  {each.field}")
    if each.override:
        head.append(f"\n  allowed  {each.override}")
    return _indented(head, 4)


def _print_objects(console: Console, report: Report) -> None:
    if report.unrendered:
        _head(console, "Objects cannot be compared")
        console.print(_indented(Text(report.unrendered), 4))
    elif report.changes:
        _head(console, "Objects")
        print_plan(console, Plan(changes=report.changes, unchanged=report.unchanged))


def _indented(what: RenderableType, columns: int) -> Padding:
    return Padding(what, (0, 0, 0, columns), expand=False)


def _head(console: Console, title: str, colour: str = "") -> None:
    console.print(Text(f"\n  {title}", style=f"bold {colour}"))


def _grid(fold: int) -> Table:
    table = Table.grid(padding=(0, 2))
    for column in range(2):
        table.add_column(overflow="fold" if column == fold else "ellipsis")
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
