"""profiles.rules.alarm: alarms that never fire, always do, or that nobody reads."""

from typing import Any

import pytest

from profiles.rules import check
from tests.profiles.build import mended, nested, profile


@pytest.mark.parametrize(
    ("sections", "arithmetic", "fix"),
    [
        (
            nested("monitoring.alarms.cpu_critical_percent", 60.0),
            "alarm above 60 %, degraded only above 70 %",
            "set monitoring.alarms.cpu_critical_percent between 70 and 100, such as 85",
        ),
        (
            nested("monitoring.alarms.memory_high_percent", 100.0)
            | nested("health.memory_critical_percent", 100.0),
            "alarm above 100 %, which no use exceeds",
            "set monitoring.alarms.memory_high_percent between 70 and 100, such as 85",
        ),
        (
            nested("objectives.p95_latency_ms", 60_000),
            "alarm above 60000 ms >= 60000 ms, where the histogram ends",
            "lower objectives.p95_latency_ms below 60000",
        ),
        (
            nested("monitoring.alarms.efficiency_low", 0.995),
            "alarm below 0.995 > 0.99 that is promised",
            "set monitoring.alarms.efficiency_low above 0 and to at most 0.99",
        ),
        (
            nested("monitoring.alarms.efficiency_low", 0.0),
            "alarm below 0, which no share is",
            "set monitoring.alarms.efficiency_low above 0 and to at most 0.99",
        ),
    ],
)
def test_an_alarm_that_never_fires_or_always_does_is_found(
    sections: dict[str, Any], arithmetic: str, fix: str
) -> None:
    """Rule 48: a warning, with the numbers that make the alarm worthless (ALR-04)."""
    (finding,) = check(profile(**sections))
    assert (finding.rule, finding.severity) == ("PL048", "warning")
    assert (finding.arithmetic, finding.fix) == (arithmetic, fix)
    assert bool(finding.edit) == (check(mended(profile(**sections), finding)) == ())


def test_alarms_that_nobody_reads_break_no_rule() -> None:
    """Without rules in the cluster no alarm exists that could be wrong."""
    unread = {"alarms": {"window_seconds": 1}}
    assert check(profile("embedded", monitoring=unread)) == ()
    (finding,) = check(profile("embedded", monitoring=unread | {"rules": True}))
    assert finding.rule == "PL048"
