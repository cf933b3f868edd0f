"""profiles.rules.probe: probes against pauses, and a start against all who wait for it."""

from typing import Any

import pytest

from profiles.profile import Profile
from profiles.rules import RULES, check
from tests.profiles.build import mended, nested, profile


def compared(stack: Profile) -> list[str]:
    """Return what PL022 says of a profile."""
    rule = next(rule for rule in RULES if rule.id == "PL022")
    return [comparison.arithmetic for comparison in rule.compare(stack)]


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (
            nested("health.loop_pause_ms", 2500),
            "startup probe waits 2000 ms <= 2500 ms health.loop_pause_ms",
        ),
        (
            nested("health.longest_pause_seconds", 25),
            "liveness waits (3 - 1) x 10 + 5 = 25 s <= 25 s health.longest_pause_seconds",
        ),
        (
            nested("workload.probes.liveness.failure_threshold", 1),
            "liveness waits (1 - 1) x 10 + 5 = 5 s <= 10 s health.longest_pause_seconds",
        ),
    ],
)
def test_a_probe_that_does_not_outlast_a_pause_is_found(
    edit: dict[str, Any], arithmetic: str
) -> None:
    """Rule 21: one slow turn of the loop fails no probe, one pause restarts no pod."""
    broken = profile(**edit)
    (finding,) = check(broken)
    assert (finding.rule, finding.severity) == ("PL021", "warning")
    assert finding.arithmetic == arithmetic
    assert check(mended(broken, finding)) == ()


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (
            nested("database.migration_seconds", 112),
            "1 + 60 x 2 = 121 s to start < 112 migration + 10 pool = 122 s",
        ),
        (
            nested("database.migration_seconds", 900),
            "1 + 60 x 2 = 121 s to start < 900 migration + 10 pool = 910 s",
        ),
        (
            nested("rollout.progress_deadline_seconds", 121),
            "121 s to start >= 121 s rollout.progress_deadline_seconds",
        ),
    ],
)
def test_a_start_without_its_time_is_found(edit: dict[str, Any], arithmetic: str) -> None:
    """Rule 22: the probe grants the migration, and the update the probe; both ends move at once."""
    broken = profile(**edit)
    (finding,) = check(broken)
    assert (finding.rule, finding.severity) == ("PL022", "warning")
    assert finding.arithmetic == arithmetic
    assert check(mended(broken, finding)) == ()


def test_who_waits_for_a_start_waits_longer() -> None:
    """Rule 22: update, then the Canary, then the engine; without an analysis a link is missing."""
    assert compared(profile())[1:] == [
        "121 s to start < 300 s rollout.progress_deadline_seconds",
        "300 s rollout.progress_deadline_seconds < 360 s the Canary's deadline",
        "360 s the Canary's deadline < 405 s the engine's wait",
    ]
    assert compared(profile("embedded")) == [
        "1 + 60 x 2 = 121 s to start >= 20 recorded upstreams = 20 s",
        "121 s to start < 300 s rollout.progress_deadline_seconds",
        "300 s rollout.progress_deadline_seconds < 345 s the engine's wait",
    ]
