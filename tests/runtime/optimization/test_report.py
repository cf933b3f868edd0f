"""The optimizer's findings as people read them."""

import io
import json

from rich.console import Console

from runtime.observability import CurrentMetrics
from runtime.optimization import optimization_json
from runtime.optimization.report import optimization_report
from runtime.optimization.rules import recommendations
from tests.runtime.optimization.metrics import LIMITS, quiet_metrics, quiet_node


def printed(metrics: CurrentMetrics) -> str:
    """Return the report's text, from the JSON that the service serves."""
    document = json.loads(json.dumps(optimization_json(recommendations(metrics, LIMITS), metrics)))
    console = Console(file=io.StringIO(), width=100, no_color=True)
    console.print(optimization_report(document))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert max(map(len, text.splitlines())) <= 100
    return text


def test_recommendations_are_shown_with_their_numbers() -> None:
    """Impact, effort, measured value and threshold stand in the table."""
    slow = quiet_node("pubmed_search", avg_duration_ms=5000.0, cache_hit_rate=0.05)
    text = printed(quiet_metrics(avg_total_duration_ms=2500.0, node_metrics=(slow,)))
    for part in ("high", "2500 ms", "2000 ms", "node.pubmed_search", "5000 ms", "5 %", "20 %"):
        assert part in text


def test_silence_is_said() -> None:
    """Without recommendations the report says so, and what was measured."""
    text = printed(quiet_metrics(cache_hit_rate=None, cache_requests=0))
    assert "Nothing to recommend" in text
    assert "cache hits not asked" in text
