"""Answers on a terminal: everything a reader needs, and nothing read as markup."""

import io
from typing import Any

from rich.console import Console

from runtime.cli.progress import Progress
from runtime.cli.render import print_answer

COVERAGE = {
    "source": "pubmed",
    "status": "failed",
    "reason": "answered HTTP 500",
    "total": 0,
    "returned": 0,
    "cited": 0,
    "query": "q",
    "query_translation": "",
    "warnings": ["a phrase was dropped"],
}
OUTCOME: dict[str, Any] = {
    "thread_id": "t-1",
    "status": "partial",
    "evidence": "sample",
    "duration_ms": 1234.0,
    "config_hash": "abc",
    "answer": {
        "text": "Note.\n\n## Publications\n\nA [bold]claim[/bold] “quoted” [1]",
        "evidence_note": "Note.",
        "citations": [
            {
                "number": 1,
                "title": "A [red]title[/red]",
                "url": "https://example.org/1",
                "year": 2024,
                "detail": "Journal",
                "id": "1",
            }
        ],
        "coverage": [COVERAGE],
    },
}


def printed(outcome: dict[str, Any]) -> str:
    """Return what is printed of an outcome."""
    output = io.StringIO()
    print_answer(Console(file=output, width=100), outcome)
    return output.getvalue()


def test_an_answer_is_printed_with_notice_citations_and_coverage() -> None:
    """ORC-04: what is missing, and what the evidence is worth, cannot be overlooked."""
    text = printed(OUTCOME)
    assert text.count("Note.") == 1
    assert "Partial answer" in text
    assert "https://example.org/1" in text
    assert "answered HTTP 500" in text
    assert "a phrase was dropped" in text


def test_what_sources_say_is_never_read_as_markup() -> None:
    """SEC-02: titles and texts come from elsewhere."""
    text = printed(OUTCOME)
    assert "[bold]claim[/bold]" in text
    assert "[red]title[/red]" in text


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    """OPS-11: logs of a script stay readable."""
    output = io.StringIO()
    with Progress(Console(file=output, width=100)) as progress:
        progress.started({"node": "pubmed_search"})
        progress.finished(
            {"node": "pubmed_search", "duration_ms": 12.0, "status": "failed", "reason": "[x]"}
        )
        progress.finished({"node": "custom", "duration_ms": 1.0})
    lines = output.getvalue().splitlines()
    assert lines == ["✗ search PubMed: failed, [x], 12 ms", "✓ custom: 1 ms"]
