"""Rule PL034: how often, how much room, and what CloudNativePG needs."""

from typing import Any

import pytest

from profiles.load import ProfileError
from profiles.rules import check
from tests.profiles.build import profile


def found(mode: str = "statefulset", instances: int = 1, **backup: Any) -> list[str]:
    """Return what the rule says of these values of the recommended backups."""
    server = {"instances": instances, "backup": backup}
    stated = profile(database={"mode": mode, "server": server})
    return [each.arithmetic for each in check(stated) if each.rule == "PL034"]


def test_dumps_further_apart_than_the_recovery_point_are_found() -> None:
    """PL034: a weekend without a dump loses more than the day that was agreed."""
    [said] = found(schedule="15 2 * * 1-5")
    assert said == "72 h pass between two dumps > recovery point of 24 h"
    assert found(schedule="15 2 * * 1-5", recovery_point_hours=72) == []


def test_hourly_dumps_need_the_room() -> None:
    """PL034: (30 days x 24 a day + 2) x 5 % of 50 GiB."""
    [said] = found(schedule="15 * * * *", timeout_seconds=1800)
    assert "= 1805 GiB > 80 GiB" in said


def test_a_single_instance_is_not_stopped_for_a_snapshot() -> None:
    """Without a bucket CloudNativePG's snapshot is of an instance that stands still."""
    [said] = found("cnpg")
    assert "this is the only one" in said
    assert found("cnpg", instances=2) == []


def test_a_schedule_that_kubernetes_would_refuse_is_refused_here() -> None:
    """CFG-12: before anything is applied."""
    with pytest.raises(ProfileError, match="not within 0 to 23"):
        found(schedule="15 25 * * *")


@pytest.mark.parametrize("name", ["schedule", "check_schedule"])
def test_a_timeout_that_reaches_the_next_start_is_refused(name: str) -> None:
    """PL035: the shortest time between two starts counts, whichever of the two it is."""
    backup: dict[str, Any] = {name: "15 8-10 * * *"}
    with pytest.raises(ProfileError, match=f"not below the 3600 s between two starts of {name}"):
        found(**backup)
