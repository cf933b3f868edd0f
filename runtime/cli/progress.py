"""How a run goes, node by node: a live list on a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

LABELS = {
    "parse_frame": "read the question",
    "pubmed_search": "search PubMed",
    "ctgov_search": "search ClinicalTrials.gov",
    "rag_search": "search documents",
    "synthesizer": "write the answer",
}
"""Nodes in words; a node of another graph stands under its own name."""

_MARKS = {
    "ok": ("✓", "green"),
    "empty": ("·", "dim"),
    "partial": ("!", "yellow"),
    "failed": ("✗", "red"),
}


class Progress:
    """Shows the nodes of one run."""

    def __init__(self, console: Console) -> None:
        """Take the console to show them on."""
        self._console = console
        self._rows: dict[str, Text | Spinner] = {}
        self._live = Live(console=console, transient=False) if console.is_terminal else None

    def __enter__(self) -> Self:
        """Start showing."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing; what stands there stays."""
        if self._live:
            self._live.stop()

    def started(self, event: dict[str, Any]) -> None:
        """Show that a node works."""
        label = LABELS.get(event["node"], event["node"])
        self._rows[event["node"]] = Spinner("dots", f" {label}")
        self._show(None)

    def finished(self, event: dict[str, Any]) -> None:
        """Show how a node ended."""
        mark, style = _MARKS.get(event.get("status", "ok"), _MARKS["ok"])
        label = LABELS.get(event["node"], event["node"])
        line = Text(f"{mark} ", style=style).append(f"{label}: {_told(event)}", style="default")
        self._rows[event["node"]] = line
        self._show(line)

    def _show(self, line: Text | None) -> None:
        if self._live:
            grid = Table.grid()
            for row in self._rows.values():
                grid.add_row(row)
            self._live.update(grid, refresh=True)
        elif line is not None:
            self._console.print(line)


def _told(event: dict[str, Any]) -> str:
    time = f"{event['duration_ms']:.0f} ms"
    if "status" not in event:
        return time
    if event["status"] == "failed":
        return f"failed, {event['reason']}, {time}"
    return f"{event['status']}, {event['total']:,} matches, {event['returned']} read, {time}"
