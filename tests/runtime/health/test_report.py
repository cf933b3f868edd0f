"""The health report as people read it."""

import io
import json

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from rich.console import Console

from runtime.health import OrchestratorHealthChecker, health_json
from runtime.health.report import health_report
from tests.runtime.health.parts import answer, healthy_parts


async def test_the_report_shows_every_component_within_a_hundred_columns(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """Component, status, time and message, readable without colour, from the served JSON."""
    reason = "connection refused by [redis] " * 6
    parts = healthy_parts(checkpointer, cache=answer(reachable=False, reason=reason))
    report = await OrchestratorHealthChecker(parts).check_health()
    document = json.loads(json.dumps(health_json(report)))
    console = Console(file=io.StringIO(), width=100, no_color=True)
    console.print(health_report(document))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert max(map(len, text.splitlines())) <= 100
    assert "overall degraded" in text
    assert "[redis]" in text
    for check in report.checks:
        assert check.name in text
