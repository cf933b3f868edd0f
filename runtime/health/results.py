"""The latest result of each check, and what it is still worth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from runtime.health.status import HealthCheck, HealthStatus, worst


@dataclass(frozen=True, slots=True)
class _Kept:
    """A result and when it was taken down."""

    check: HealthCheck
    """The result."""
    at_seconds: float
    """Monotonic time."""


class Results:
    """Keeps one result for each component."""

    def __init__(self, stale_after_seconds: float, clock: Callable[[], float]) -> None:
        """Start empty; a result older than `stale_after_seconds` no longer counts."""
        self._stale_after_seconds = stale_after_seconds
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def keep(self, check: HealthCheck) -> None:
        """Take a result down in place of the component's last."""
        self._kept[check.name] = _Kept(check, self._clock())

    def is_fresh(self, name: str) -> bool:
        """Tell whether the component has a result that still counts."""
        kept = self._kept.get(name)
        return kept is not None and self._age_seconds(kept) <= self._stale_after_seconds

    def judged(self, name: str) -> HealthCheck:
        """Return the component's result: at best degraded where it is missing or too old."""
        kept = self._kept.get(name)
        if kept is None:
            return _unknown(name)
        if self.is_fresh(name):
            return kept.check
        return replace(
            kept.check,
            status=worst([kept.check.status, HealthStatus.DEGRADED]),
            message=f"stale, {self._age_seconds(kept):.0f} s old: {kept.check.message}",
            details={**kept.check.details, "stale": True},
        )

    def _age_seconds(self, kept: _Kept) -> float:
        return self._clock() - kept.at_seconds


def _unknown(name: str) -> HealthCheck:
    return HealthCheck(
        name=name,
        status=HealthStatus.DEGRADED,
        message="not checked yet",
        response_time_ms=0.0,
        details={},
        checked_at=datetime.now(UTC),
    )
