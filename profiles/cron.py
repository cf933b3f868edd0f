"""What a CronJob's schedule comes to: how often it fires, and how long it may be silent."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

_DAY_SECONDS = 86_400
_FIRST, _DAYS = date(2026, 1, 1), 2 * 366
"""Days that are looked at: two years, so that a yearly schedule fires twice."""

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a schedule fires."""

    shortest_gap_seconds: int
    """Shortest time from one firing to the next, in seconds."""
    longest_gap_seconds: int
    """Longest time from one firing to the next, in seconds; a weekend counts."""
    per_day: float
    """Firings a day, on average."""


# Each rule and page about backups asks anew; a profile has one schedule, or a few.
@lru_cache(maxsize=32)
def rhythm(schedule: str) -> Rhythm:
    """Return the rhythm of five cron fields; ValueError for one that never or hardly ever fires.

    As in Kubernetes, a day fires that is of the day field or of the weekday field, where neither
    begins with `*`, and of both otherwise (crontab(5)).
    """
    minute, hour, day, month, weekday = schedule.split()
    times = [
        3600 * of_hour + 60 * of_minute
        for of_hour in sorted(_values(hour, 0, 23))
        for of_minute in sorted(_values(minute, 0, 59))
    ]
    days = _days(day, _values(month, 1, 12, _MONTHS, 1), weekday)
    gaps = [after - before for before, after in pairwise(times)]
    nights = [_DAY_SECONDS * (after - before) for before, after in pairwise(days)]
    if not nights:
        raise ValueError(f"schedule {schedule!r} fires less than once a year")
    overnight = times[0] - times[-1]
    return Rhythm(
        shortest_gap_seconds=min([*gaps, min(nights) + overnight]),
        longest_gap_seconds=max([*gaps, max(nights) + overnight]),
        per_day=len(days) * len(times) / _DAYS,
    )


def _days(day: str, months: set[int], weekday: str) -> list[int]:
    of_month = _values(day, 1, 31)
    of_week = {value % 7 for value in _values(weekday, 0, 7, _WEEKDAYS)}
    either = not (day.startswith("*") or weekday.startswith("*"))
    found = []
    for number in range(_DAYS):
        each = _FIRST + timedelta(days=number)
        hits = (each.day in of_month, each.isoweekday() % 7 in of_week)
        if each.month in months and (any(hits) if either else all(hits)):
            found.append(number)
    return found


def _values(
    text: str, low: int, high: int, names: list[str] | None = None, offset: int = 0
) -> set[int]:
    """Return the numbers of one field, such as `*/15`, `1-5`, `mon,fri` or `7`."""
    found: set[int] = set()
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if span == "*" else _number(first, names, offset)
        until = _number(last, names, offset) if last else high if step or span == "*" else start
        stride = int(step or 1)
        if not (low <= start <= until <= high and stride):
            raise ValueError(f"schedule has {part!r}, which is not within {low} to {high}")
        found.update(range(start, until + 1, stride))
    return found


def _number(text: str, names: list[str] | None, offset: int) -> int:
    return names.index(text) + offset if names and text in names else int(text)
