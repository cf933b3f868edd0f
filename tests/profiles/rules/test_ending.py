"""profiles.rules.ending: how the server's own end fits the pod's."""

from typing import Any

import pytest

from profiles.rules import check
from profiles.service import service_config
from tests.profiles.build import mended, profile


@pytest.mark.parametrize(
    ("workload", "arithmetic"),
    [
        (
            {"drain_seconds": 20},
            "drain 20 s < 5 farewell + 30 longest request = 35 s",
        ),
        (
            {"drain_seconds": 36},
            "5 preStop + 36 drain + 5 flush = 46 s > 45 s of grace",
        ),
    ],
)
def test_a_drain_that_is_too_short_or_too_long_is_found(
    workload: dict[str, Any], arithmetic: str
) -> None:
    """Rule 16: requests are not cut off while there is room, and the kill comes after the end."""
    broken = profile(workload=workload)
    (finding,) = check(broken)
    assert (finding.rule, finding.severity, finding.arithmetic) == ("PL016", "warning", arithmetic)
    assert check(mended(broken, finding)) == ()


def test_a_grace_that_ends_before_any_drain_is_mended_as_a_whole() -> None:
    """Rules 15 and 16: no drain fits a grace period that preStop and flush fill alone."""
    broken = profile(workload={"termination_grace_seconds": 8, "drain_seconds": 3})
    found = {finding.rule: finding for finding in check(broken)}
    assert set(found) == {"PL015", "PL016"}
    assert check(mended(broken, found["PL016"])) == ()


@pytest.mark.parametrize(
    ("workload", "seconds"),
    [({}, 35), ({"termination_grace_seconds": 100}, 90), ({"drain_seconds": 35}, 35)],
)
def test_the_service_is_told_what_prestop_and_flush_leave(
    workload: dict[str, Any], seconds: int
) -> None:
    """The server's time after SIGTERM is the grace period's rest, unless the stack states one."""
    config = service_config(profile(workload=workload))
    assert (config.drain_seconds, config.farewell_seconds) == (seconds, 5)
