"""How a component is, and how the whole is: never better than its worst component (HLT-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class HealthStatus(StrEnum):
    """The states, best first."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    CRITICAL = "critical"

    @property
    def severity(self) -> int:
        """0 for healthy to 3 for critical."""
        return tuple(HealthStatus).index(self)


def worst(statuses: Iterable[HealthStatus]) -> HealthStatus:
    """Return the worst of them; healthy where there is none."""
    return max(statuses, key=lambda status: status.severity, default=HealthStatus.HEALTHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check found."""

    status: HealthStatus
    """How the component is."""
    message: str
    """Why, in one line, with the numbers."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready values behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """What a check found, and when."""

    name: str
    """Name of the component."""
    status: HealthStatus
    """How it is."""
    message: str
    """Why, in one line, with the numbers."""
    response_time_ms: float
    """Time that the check took, in ms."""
    details: Mapping[str, Any]
    """JSON-ready values behind it."""
    checked_at: datetime
    """When the check ended (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHealth:
    """The whole."""

    status: HealthStatus
    """The worst of the checks."""
    checks: tuple[HealthCheck, ...]
    """The components, in a fixed order."""
    overall_response_time_ms: float
    """Time of the whole round, in ms."""
    timestamp: datetime
    """When the report was made (UTC)."""


def severities(report: SystemHealth) -> dict[str, int]:
    """Return each component's severity, 0 to 3, as the metrics show it."""
    return {check.name: check.status.severity for check in report.checks}
