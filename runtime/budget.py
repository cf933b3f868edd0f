"""The time a run has: one deadline, from which every node and every attempt takes the rest."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, so that a changed wall clock moves nothing."""

    at_seconds: float
    """`time.monotonic()` at which the budget is spent."""

    @classmethod
    def after_ms(cls, budget_ms: float) -> "Deadline":
        """Return the deadline that many milliseconds from now."""
        return cls(time.monotonic() + budget_ms / 1000)

    def remaining_seconds(self) -> float:
        """Return what is left, in seconds; never below zero."""
        return max(0.0, self.at_seconds - time.monotonic())
