"""What schedules come to, as Kubernetes reads them."""

import pytest

from profiles.cron import rhythm

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("schedule", "gap", "per_day"),
    [
        ("15 2 * * *", DAY, 1),
        ("* * * * *", 60, 1440),
        ("*/20 * * * *", 1200, 72),
        ("0 6,18 * * *", 12 * HOUR, 2),
        ("0 8-10 * * *", 22 * HOUR, 3),
        ("0 2 * * sun", 7 * DAY, 1 / 7),
        ("0 2 * * 7", 7 * DAY, 1 / 7),
        ("0 2 * * 1-5", 3 * DAY, 5 / 7),
        ("0 2 1 * *", 31 * DAY, 12 / 365),
        ("0 2 1 jan *", 365 * DAY, 3 / 732),
        ("0 2 1 * mon", 7 * DAY, (52 + 12 * 6 / 7) / 365),
    ],
)
def test_a_schedule_has_its_longest_gap_and_its_frequency(
    schedule: str, gap: int, per_day: float
) -> None:
    """PL034: a weekend without a dump is part of the gap; two day fields are either of them."""
    found = rhythm(schedule)
    assert found.longest_gap_seconds == gap
    assert found.per_day == pytest.approx(per_day, rel=0.05)


@pytest.mark.parametrize("schedule", ["0 2 31 2 *", "60 2 * * *", "0 5-2 * * *", "0 */0 * * *"])
def test_a_schedule_that_cannot_be_is_refused(schedule: str) -> None:
    """Kubernetes would refuse it too, or never fire."""
    with pytest.raises(ValueError, match="schedule"):
        rhythm(schedule)
