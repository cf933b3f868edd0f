"""profiles.rules.analysis: what an analysis cannot measure."""

from typing import Any

import pytest

from profiles.rules import check
from tests.profiles.build import nested, profile


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (
            {"objectives": {"minimum_samples": 100}},
            "1/s x 60 s = 60 samples < 100 needed",
        ),
        (
            nested("rollout.analysis.load_test_rps", 2),
            "2/s x (60 s warm-up + 10 checks x 60 s) = 1320 requests > 1000 that one "
            "caller may send in 3600 s",
        ),
        (
            {
                "objectives": {"mean_latency_ms": 60_000, "p95_latency_ms": 60_000},
                "rollout": {"analysis": {"latency_max_ms": 60_000}},
            },
            "limit 60000 ms >= 60000 ms, the most that the service's histogram tells apart",
        ),
    ],
)
def test_an_analysis_that_cannot_measure_is_found(edit: dict[str, Any], arithmetic: str) -> None:
    """PL030: too few samples, a load that is refused for its number, a latency never told."""
    found = [finding for finding in check(profile(**edit)) if finding.rule == "PL030"]
    assert [finding.arithmetic for finding in found] == [arithmetic]
