"""The diff as a comment on a pull request: worst first, bounded, and found again by its marker."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from rich.console import Console

from plumb.diff.breach import Breach
from plumb.diff.consequence import LEVELS, Consequence
from plumb.diff.derived import Moved
from plumb.diff.report import Report
from plumb.diff.setting import Setting
from plumb.diff.words import counted, number, shown
from plumb.engine.plan import Change, Plan
from plumb.engine.report import print_plan

MARKER = "<!-- plumb diff -->"
"""First line, hidden, by which the comment is found and written anew."""

ROOM = 60_000
"""Characters of the whole, below the 65,536 that GitHub takes for a comment."""

_ROWS = 25
"""Rows of a table, and entries of a list, that a person still reads."""

_LINES_OF_OBJECT = 30
"""Lines of one object's changes."""

_OBJECTS = 40
"""Objects of one stack that are shown field by field."""

_LINE = 300
"""Characters of one line."""

_STANDINGS = {"over": "**over**", "near": "near", "": ""}


def markdown(titles: tuple[str, str], reports: Sequence[Report]) -> str:
    """Return the comment; what does not fit is counted, never passed over in silence."""
    quiet = [report.stack for report in reports if report.is_empty]
    loud = [report for report in reports if not report.is_empty]
    head = [MARKER, f"### Stacks: {_code(titles[0])} → {_code(titles[1])}", ""]
    if quiet:
        head += [f"No change: {', '.join(quiet)}.", ""]
    text = "\n".join(head)
    room = (ROOM - len(text)) // max(len(loud), 1)
    for report in loud:
        text += _bounded(_stack(report), room, report.stack)
    return text.rstrip() + "\n"


def _bounded(parts: Iterable[str], room: int, stack: str) -> str:
    """Return the parts that fit, whole ones only, and how many did not."""
    found, left = list(parts), room - 120
    kept: list[str] = []
    for part in found:
        if len(part) > left:
            break
        kept.append(part)
        left -= len(part)
    missing = len(found) - len(kept)
    if missing:
        what = counted(missing, "more section")
        kept.append(f"\n_{what} cut for length; `plumb diff` shows all of {stack}._\n")
    return "".join(kept) + "\n"


def _stack(report: Report) -> Iterator[str]:
    state = "" if report.state == "changed" else f" is {report.state}"
    yield f"\n#### {report.stack}{state}: {report.summary}\n"
    if report.edits:
        rows = [_edit_row(report, index) for index in range(len(report.edits))]
        yield _table(("edited", "before", "after", "where"), rows)
    for level, title in LEVELS.items():
        found = [each for each in report.consequences if each.level == level]
        if found:
            yield f"\n**{title}**\n\n" + _items([_consequence(report, each) for each in found])
    yield from _numbers(report)
    yield from _settings(report)
    yield from _rules(report)
    if report.is_without_effect:
        yield "\nNo effect on objects or the service.\n"
    yield from _objects(report)


def _edit_row(report: Report, index: int) -> tuple[str, ...]:
    edit = report.edits[index]
    place = report.place(edit.path)
    return _code(edit.path), _code(shown(edit.before)), _code(shown(edit.after)), place


def _consequence(report: Report, each: Consequence) -> str:
    about = f"{_code(each.object)}: " if each.object else ""
    causes = ", ".join(f"{_code(field)} ({report.place(field)})" for field in each.fields)
    return f"- {about}{_plain(each.text)}" + (f"<br>from {causes}" if causes else "")


def _numbers(report: Report) -> Iterator[str]:
    if report.numbers:
        rows = [_number_row(each) for each in report.numbers]
        head = ("number", "before", "after", "limit", "", "arithmetic")
        yield "\n**Derived numbers**\n\n" + _table(head, rows)


def _number_row(each: Moved) -> tuple[str, ...]:
    before, after, limit = map(number, (each.before, each.after, each.limit))
    if each.limit_field:
        limit += f" ({_code(each.limit_field)})"
    return each.title, before, after, limit, _STANDINGS[each.standing], _plain(each.arithmetic)


def _rules(report: Report) -> Iterator[str]:
    if report.breaches or report.overrides:
        rules = [_breach(report, each) for each in report.breaches]
        notes = [f"- override: {_plain(text)}" for text in report.overrides]
        yield "\n**Rules**\n\n" + _items([*rules, *notes])


def _breach(report: Report, each: Breach) -> str:
    lines = [
        f"- **{each.rule}** {each.severity}, {each.state}: {_plain(each.title)}",
        f"numbers: {_plain(each.arithmetic)}",
    ]
    if each.fix:
        place = report.place(each.field)
        lines.append(f"fix: {_plain(each.fix)} ({_code(each.field)}, {place})")
    if each.override:
        lines.append(f"allowed: {_plain(each.override)}")
    return "<br>".join(lines)


def _settings(report: Report) -> Iterator[str]:
    if report.settings:
        rows = [_setting_row(each) for each in report.settings]
        head = ("the running service is told", "before", "after", "read by")
        yield "\n" + _table(head, rows)


def _setting_row(each: Setting) -> tuple[str, ...]:
    return _code(each.path), _code(shown(each.before)), _code(shown(each.after)), each.reader


def _objects(report: Report) -> Iterator[str]:
    if report.unrendered:
        yield f"\n**Objects cannot be compared**\n\n{_plain(report.unrendered)}\n"
    if not report.changes:
        return
    first, rest = report.changes[:_OBJECTS], report.changes[_OBJECTS:]
    lines = [line for change in first for line in _object_lines(change)]
    if rest:
        lines.append(f"  … and {counted(len(rest), 'more object')}")
    count = f"{counted(len(report.changes), 'object')}, {report.unchanged} as they were"
    text = "\n".join(lines)
    yield f"\n<details><summary>{count}</summary>\n\n````diff\n{text}\n````\n</details>\n"


def _object_lines(change: Change) -> list[str]:
    """Return the object's lines as a terminal has them, without the sum below them."""
    buffer = StringIO()
    print_plan(Console(file=buffer, width=_LINE), Plan(changes=(change,), unchanged=0))
    lines = [line.rstrip()[2:] for line in buffer.getvalue().splitlines()[:-1]]
    more = len(lines) - _LINES_OF_OBJECT
    return lines if more <= 1 else [*lines[:_LINES_OF_OBJECT], f"    … {more} more lines"]


def _items(lines: Sequence[str]) -> str:
    more = len(lines) - _ROWS
    kept = [*lines[:_ROWS], *([f"- … and {more} more"] if more > 0 else [])]
    return "\n".join(kept) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    more = len(rows) - _ROWS
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, rows[:_ROWS])]
    if more > 0:
        lines.append(_row([f"… and {more} more", *[""] * (len(head) - 1)]))
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(text: str) -> str:
    """Return a text as code, which no reader takes for markup."""
    short = text.replace("\n", " ").replace("`", "'")
    return f"`{short[:_LINE]}{'…' if len(short) > _LINE else ''}`"


def _plain(text: str) -> str:
    """Return a sentence that holds no markup but code."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return escaped.replace("*", "\\*")
