"""How long a thread or an item stays, and what becomes of a thread then."""

from dataclasses import dataclass
from typing import Literal

Pruning = Literal["delete", "keep_latest"]
"""A thread goes whole, or all but the last of its checkpoints."""

LONGEST_MINUTES = 100 * 366 * 1440
"""A century, in minutes: what is longer is a typing error, and no time that can be written."""


def check_minutes(minutes: float) -> float:
    """Return a time in minutes; ValueError for one that nothing can stay."""
    if not 0 < minutes <= LONGEST_MINUTES:
        raise ValueError(f"{minutes} is not above 0 and at most {LONGEST_MINUTES} minutes")
    return minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ttl:
    """What was asked for a thread."""

    seconds: float
    """Time from the request to its end, and from one pruning to the next."""
    strategy: Pruning = "delete"
    """What becomes of it."""
    expires_at: float | None = None
    """When that is due, in the database's seconds since 1970; None before it was kept."""
