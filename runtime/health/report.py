"""The health report for people, from the document that the service serves."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

_STYLES = {"healthy": "green", "degraded": "yellow", "unhealthy": "red", "critical": "bold red"}

_RESPONSE_TIME = ":responseTime"


def health_report(document: Mapping[str, Any]) -> RenderableType:
    """Return a table of a health+json document: component, status, time, message."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("component", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("message", overflow="fold", ratio=1)
    for key, entries in document["checks"].items():
        if key.endswith(_RESPONSE_TIME):
            _add_rows(table, entries)
    return Group(_headline(document), table)


def _headline(document: Mapping[str, Any]) -> Text:
    status = str(document["healthStatus"])
    headline = Text("overall ").append(status, style=_STYLES.get(status, ""))
    return headline.append(f"  release {document['releaseId']}  {document['time']}")


def _add_rows(table: Table, entries: list[Mapping[str, Any]]) -> None:
    for entry in entries:
        status = str(entry["healthStatus"])
        table.add_row(
            str(entry["componentId"]),
            Text(status, style=_STYLES.get(status, "")),
            f"{entry['observedValue']:.1f} ms",
            Text(str(entry["message"])),
        )
