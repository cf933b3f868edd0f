"""How long a thread stays, and what becomes of it then."""

from dataclasses import dataclass
from typing import Literal

Pruning = Literal["delete", "keep_latest"]
"""A thread goes whole, or all but the last of its checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ttl:
    """What was asked for a thread."""

    seconds: float
    """Time from the request to its end, and from one pruning to the next."""
    strategy: Pruning = "delete"
    """What becomes of it."""
    expires_at: float | None = None
    """When that is due, in the database's seconds since 1970; None before it was kept."""
