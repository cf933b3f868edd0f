"""What a load test shows a person."""

import io
from dataclasses import replace

from rich.console import Console

from runtime.cli.load_bar import LoadBar
from runtime.cli.load_report import load_report
from runtime.load_test.result import Failure, Latency, LoadResult
from runtime.load_test.shot import Shot

RESULT = LoadResult(
    url="http://127.0.0.1:8000/invoke",
    concurrency=10,
    sent=1000,
    answers={"success": 970, "partial": 10},
    errors={"503 overloaded": 19, "timeout": 1},
    seconds=12.0,
    latency=Latency(mean_ms=98.7, median_ms=91.2, p95_ms=182.4, p99_ms=1250.9, max_ms=2001.0),
    examples=(Failure(after_seconds=0.31, kind="503 overloaded", detail="word " * 60),),
    ended_by="time",
)


def shown(result: LoadResult) -> str:
    """Return the report on a page of a hundred columns."""
    console = Console(file=io.StringIO(), width=100)
    console.print(load_report(result, 1.0))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_report_fits_a_page_and_names_every_figure() -> None:
    """OPS-07: counts, throughput, mean, median, p95, p99, failures by kind, the first."""
    text = shown(RESULT)
    assert all(len(line) <= 100 for line in text.splitlines())
    for figure in ("1,000", "81.7", "98.7", "91.2", "182.4", "1,250.9", "2,001.0", "2.0 %"):
        assert figure in text
    assert "503 overloaded" in text
    assert "the time was over" in text


def test_a_report_without_failures_shows_no_tables_of_them() -> None:
    """OPS-07: nothing stands there that says nothing."""
    text = shown(replace(RESULT, errors={}, examples=(), sent=980, ended_by="requests"))
    assert "failures" not in text
    assert "first of them" not in text


def test_a_log_gets_a_line_for_each_tenth() -> None:
    """OPS-11: without a terminal there is progress too, and no more than ten lines of it."""
    console = Console(file=io.StringIO(), width=100)
    with LoadBar(console, 1000) as bar:
        for number in range(1000):
            error = "timeout" if number == 0 else ""
            bar.shown(Shot(began_seconds=0, seconds=0, answer="success", error=error))
    assert isinstance(console.file, io.StringIO)
    lines = [line for line in console.file.getvalue().splitlines() if line.strip()]
    assert len(lines) == 10
    assert lines[0].split() == ["100", "of", "1,000", "requests", "1", "failed"]
