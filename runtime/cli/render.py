"""An answer for people: text, numbered citations, and what each source was asked."""

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

SOURCES = {"pubmed": "PubMed", "ctgov": "ClinicalTrials.gov", "rag": "Documents"}

_STYLES = {"ok": "green", "empty": "dim", "partial": "yellow", "failed": "red"}
_WIDEST = 100
"""Columns of a line that is still easy to read."""


def print_answer(console: Console, outcome: dict[str, Any]) -> None:
    """Print an outcome as /invoke gives it."""
    for part in _parts(outcome):
        console.print(part, width=min(console.width, _WIDEST))


def _parts(outcome: dict[str, Any]) -> Iterator[RenderableType]:
    answer = outcome["answer"]
    if answer["evidence_note"]:
        yield Panel(Text(answer["evidence_note"]), border_style="yellow", box=box.ROUNDED)
    if outcome["status"] == "partial":
        yield Text("Partial answer: the coverage below says what is missing.\n", style="yellow")
    for paragraph in answer["text"].removeprefix(answer["evidence_note"]).strip().split("\n\n"):
        yield _paragraph(paragraph)
    if answer["citations"]:
        yield Text("References\n", style="bold")
        yield from map(_citation, answer["citations"])
    yield Text("Coverage", style="bold")
    yield _coverage(answer["coverage"])
    yield Text(
        f"{outcome['duration_ms'] / 1000:.1f} s · thread {outcome['thread_id']} · configuration "
        f"{outcome['config_hash']}",
        style="dim",
    )


def _paragraph(text: str) -> RenderableType:
    heading = text.startswith("#")
    return Text(text.lstrip("# ") + "\n", style="bold" if heading else "")


def _citation(citation: dict[str, Any]) -> RenderableType:
    facts = [citation["detail"], str(citation["year"] or ""), citation["id"]]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True, min_width=4)
    grid.add_column(overflow="fold")
    body = Text(citation["title"])
    body.append("\n" + " · ".join(fact for fact in facts if fact), style="dim")
    if citation["url"]:
        body.append("\n").append(citation["url"], style=f"link {citation['url']}")
    grid.add_row(Text(f"[{citation['number']}]"), body)
    return Padding(grid, (0, 0, 1, 0))


def _coverage(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("source", no_wrap=True)
    table.add_column("result", no_wrap=True)
    table.add_column("matches", justify="right")
    table.add_column("read", justify="right")
    table.add_column("cited", justify="right")
    table.add_column("asked, or why not", overflow="fold", ratio=1)
    for row in rows:
        asked = row["reason"] or row["query_translation"] or row["query"]
        table.add_row(
            SOURCES.get(row["source"], row["source"]),
            Text(row["status"], style=_STYLES.get(row["status"], "")),
            "-" if row["status"] == "failed" else f"{row['total']:,}",
            str(row["returned"]),
            str(row["cited"]),
            Text("\n".join([asked, *row["warnings"]])),
        )
    return table
