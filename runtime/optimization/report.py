"""The optimizer's findings for people, from the document that the service serves."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.optimization.rule import shown

_STYLES = {"high": "red", "medium": "yellow", "low": "green"}


def optimization_report(document: Mapping[str, Any]) -> RenderableType:
    """Return what was measured, and a table of recommendations where there are any."""
    found = document["recommendations"]
    headline = _headline(document["metrics"])
    if not found:
        return Group(headline, Text("Nothing to recommend: no limit was crossed."))
    return Group(headline, _table(found))


def _headline(metrics: Mapping[str, Any]) -> Text:
    rate = metrics["cache_hit_rate"]
    hits = "not asked" if rate is None else shown(rate, "fraction")
    return Text(
        f"{metrics['total_executions']} runs in {metrics['window_seconds']:.0f} s: "
        f"mean {shown(metrics['avg_total_duration_ms'], 'ms')}, "
        f"p95 {shown(metrics['p95_total_duration_ms'], 'ms')}, "
        f"errors {shown(metrics['error_rate'], 'fraction')}, cache hits {hits}"
    )


def _table(found: list[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("component", overflow="fold")
    table.add_column("impact", no_wrap=True)
    table.add_column("effort", no_wrap=True)
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("threshold", justify="right", no_wrap=True)
    table.add_column("what to do, and why", overflow="fold", ratio=1)
    for each in found:
        table.add_row(
            Text(str(each["component"])),
            Text(str(each["impact"]), style=_STYLES.get(str(each["impact"]), "")),
            str(each["effort"]),
            shown(each["measured"], each["unit"]),
            shown(each["threshold"], each["unit"]),
            Text(f"{each['recommendation']}: {each['issue']}"),
        )
    return table
