"""PL042 and PL051: each of their relations, at and beyond its edge."""

import pytest

from profiles.rules import check
from tests.profiles.build import mended, profile

HELD = {"lease_seconds": 20, "heartbeat_seconds": 9, "reaper_interval_seconds": 10}


def test_leases_at_the_edge_hold() -> None:
    """20 s of lease leave 2 x 9 s for heartbeats, and with 10 s of reaper they make 30 s."""
    assert check(profile(execution=HELD)) == ()


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        ({"heartbeat_seconds": 10}, "lease 20 s <= 2 x 10 s = 20 s of heartbeats"),
        (
            {"lease_seconds": 10, "heartbeat_seconds": 2, "reaper_interval_seconds": 10},
            "reaper every 10 s >= 10 s lease",
        ),
        (
            {"reaper_interval_seconds": 11},
            "20 lease + 11 reaper = 31 s > 30 s api.request_timeout_seconds",
        ),
        ({"lease_seconds": 1, "heartbeat_seconds": 1}, "reaper every 10 s >= 1 s lease"),
    ],
)
def test_a_lease_that_does_not_fit_is_found(edit: dict[str, int], arithmetic: str) -> None:
    """CFG-12: what is beyond an edge is told with its numbers; an edit mends it if it can."""
    broken = profile(execution=HELD | edit)
    found = check(broken)
    assert arithmetic in {finding.arithmetic for finding in found}
    for finding in found:
        after = {one.arithmetic for one in check(mended(broken, finding))}
        assert not finding.edit or finding.arithmetic not in after


@pytest.mark.parametrize(
    ("timeout", "fix"),
    [
        (60, "set execution.starvation_seconds to 59 or less"),
        (1, "raise execution.run_timeout_seconds"),
    ],
)
def test_a_bound_beyond_the_deadline_is_none(timeout: int, fix: str) -> None:
    """WFO-04: a run that may wait for as long as it may take ends without having run."""
    stated = {"starvation_seconds": timeout, "run_timeout_seconds": timeout}
    (finding,) = [each for each in check(profile(execution=stated)) if each.rule == "PL051"]
    assert finding.fix == fix
    held = stated | {"run_timeout_seconds": timeout + 1}
    assert not [each for each in check(profile(execution=held)) if each.rule == "PL051"]
