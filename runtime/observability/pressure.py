"""Which resource of the container is used beyond what the stack allows for more work (WFO-01)."""

from dataclasses import dataclass

import structlog

from profiles.execution import ResourceLimits
from runtime.observability.resources import ResourceMetrics

_log = structlog.get_logger(__name__)

DISK = "disk"
"""The resource that frees nothing by itself, and that every run writes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A resource above its limit."""

    resource: str
    """cpu, memory or disk."""
    used_percent: float
    """Use at the last sample, in percent of what the container may use."""
    limit_percent: float
    """Use up to which more work is taken."""
    retry_seconds: int
    """When the next sample is there."""

    def __str__(self) -> str:
        """Return it in words, for whoever is refused."""
        return (
            f"{self.resource} is at {self.used_percent:.0f} %, above "
            f"execution.limits.{self.resource}_percent {self.limit_percent:g}"
        )


class Pressure:
    """Holds each sample against the limits, and remembers the last one's verdict."""

    def __init__(self, limits: ResourceLimits, *, interval_seconds: int) -> None:
        """Take the limits, and the time between two samples."""
        self._limits = limits
        self._interval_seconds = interval_seconds
        self._over: Over | None = None

    def over(self) -> Over | None:
        """Return the first resource that was above its limit; None before the first sample."""
        return self._over

    def seen(self, sample: ResourceMetrics) -> None:
        """Judge a sample; that work is no longer taken, or is again, is logged."""
        before, self._over = self._over, self._first(sample)
        if self._over is not None and before is None:
            _log.warning("work_refused", reason=str(self._over))
        elif self._over is None and before is not None:
            _log.info("work_taken_again", resource=before.resource)

    def _first(self, sample: ResourceMetrics) -> Over | None:
        limits = self._limits
        # The disk first: what is full for good says more than what passes.
        for resource, used, limit in (
            (DISK, sample.disk_percent, limits.disk_percent),
            ("memory", sample.memory_percent, limits.memory_percent),
            ("cpu", sample.cpu_percent, limits.cpu_percent),
        ):
            if limit is not None and used > limit:
                return Over(
                    resource=resource,
                    used_percent=used,
                    limit_percent=limit,
                    retry_seconds=self._interval_seconds,
                )
        return None
