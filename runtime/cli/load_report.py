"""What a load test found, for people."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.load_test.result import Latency, LoadResult

_ENDINGS = {
    "requests": "",
    "time": "the time was over before all requests were sent",
    "interrupted": "stopped before its end",
}

_WIDEST_KIND = 40
"""Columns that the kind of a failure has before what was said is cut."""


def load_report(result: LoadResult, max_errors_percent: float) -> RenderableType:
    """Return a result as text: counts, times, failures by kind, and the first of them."""
    return Group(*_parts(result, max_errors_percent))


def _parts(result: LoadResult, max_errors_percent: float) -> Iterator[RenderableType]:
    yield Text(f"POST {result.url}, {result.concurrency:,} at once", style="bold")
    if ending := _ENDINGS[result.ended_by]:
        yield Text(ending, style="yellow")
    yield _counts(result, max_errors_percent)
    if result.latency:
        yield _times(result.latency)
    if result.errors:
        yield _kinds(result)
        yield _examples(result)


def _counts(result: LoadResult, max_errors_percent: float) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    answered = result.sent - result.failed
    table.add_row("requests", f"{result.sent:,} in {result.seconds:.1f} s")
    table.add_row(
        "answers", f"{answered:,}, {result.answers_per_second:,.1f} a second{_statuses(result)}"
    )
    over = result.error_percent > max_errors_percent
    style = "red" if over else ("yellow" if result.failed else "green")
    against = f"more than {max_errors_percent:g} %" if over else f"at most {max_errors_percent:g} %"
    failed = f"{result.failed:,} ({result.error_percent:.1f} %; {against} may)"
    table.add_row("failed", Text(failed, style=style))
    return Padding(table, (1, 0, 0, 0))


def _statuses(result: LoadResult) -> str:
    if set(result.answers) <= {"success"}:
        return ""
    counts = ", ".join(f"{count:,} {status}" for status, count in sorted(result.answers.items()))
    return f" ({counts})"


def _times(latency: Latency) -> RenderableType:
    table = _table()
    table.add_column("answers took", style="dim")
    row = ["ms"]
    for name, value in (
        ("mean", latency.mean_ms),
        ("median", latency.median_ms),
        ("p95", latency.p95_ms),
        ("p99", latency.p99_ms),
        ("longest", latency.max_ms),
    ):
        table.add_column(name, justify="right", min_width=9)
        row.append(f"{value:,.1f}")
    table.add_row(*row)
    return Padding(table, (1, 0, 0, 0))


def _kinds(result: LoadResult) -> RenderableType:
    table = _table()
    table.add_column("failures", min_width=24)
    table.add_column("requests", justify="right")
    for kind, count in result.errors.items():
        table.add_row(Text(kind, style="red"), f"{count:,}")
    return Padding(table, (1, 0, 0, 0))


def _examples(result: LoadResult) -> RenderableType:
    table = _table()
    head = "the first of them"
    widest = max(len(text) for text in (head, *(each.kind for each in result.examples)))
    table.add_column("after", justify="right", no_wrap=True, min_width=8)
    table.add_column(head, no_wrap=True, min_width=min(widest, _WIDEST_KIND))
    table.add_column("what was said", no_wrap=True, overflow="ellipsis", ratio=1)
    for each in result.examples:
        table.add_row(f"{each.after_seconds:.2f} s", Text(each.kind), Text(each.detail))
    return Padding(table, (1, 0, 0, 0))


def _table() -> Table:
    return Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
