"""What schedules come to, as Kubernetes reads them."""

import pytest

from profiles.cron import rhythm

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("schedule", "shortest", "longest", "per_day"),
    [
        ("15 2 * * *", DAY, DAY, 1),
        ("* * * * *", 60, 60, 1440),
        ("*/20 * * * *", 1200, 1200, 72),
        ("0 6,18 * * *", 12 * HOUR, 12 * HOUR, 2),
        ("0 8-10 * * *", HOUR, 22 * HOUR, 3),
        ("0 1,23 * * *", 2 * HOUR, 22 * HOUR, 2),
        ("0 2 * * sun", 7 * DAY, 7 * DAY, 1 / 7),
        ("0 2 * * 7", 7 * DAY, 7 * DAY, 1 / 7),
        ("0 2 * * 1-5", DAY, 3 * DAY, 5 / 7),
        ("0 2 1 * *", 28 * DAY, 31 * DAY, 12 / 365),
        ("0 2 1 jan *", 365 * DAY, 365 * DAY, 3 / 732),
        ("0 2 1 * mon", DAY, 7 * DAY, (52 + 12 * 6 / 7) / 365),
    ],
)
def test_a_schedule_has_its_gaps_and_its_frequency(
    schedule: str, shortest: int, longest: int, per_day: float
) -> None:
    """PL034, PL035: a weekend is part of the longest gap; two day fields are either of them."""
    found = rhythm(schedule)
    assert (found.shortest_gap_seconds, found.longest_gap_seconds) == (shortest, longest)
    assert found.per_day == pytest.approx(per_day, rel=0.05)


@pytest.mark.parametrize("schedule", ["0 2 31 2 *", "60 2 * * *", "0 5-2 * * *", "0 */0 * * *"])
def test_a_schedule_that_cannot_be_is_refused(schedule: str) -> None:
    """Kubernetes would refuse it too, or never fire."""
    with pytest.raises(ValueError, match="schedule"):
        rhythm(schedule)
