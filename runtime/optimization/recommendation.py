"""What the optimizer says: recommendations with their evidence, and profiles (OPT-01)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much something matters or costs, most first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high to 2 for low."""
        return tuple(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizationRecommendation:
    """One recommendation and the numbers that it rests on."""

    component: str
    """`overall`, `node.<name>`, `caching`, `caching.<name>` or `concurrency`."""
    issue: str
    """What was measured against which limit, over how many samples and how much time."""
    recommendation: str
    """What to do about it."""
    impact: Level
    """What it would bring."""
    effort: Level
    """What it would cost."""
    measured: float
    """Measured value, in `unit`."""
    threshold: float
    """Limit that it crossed, in `unit`."""
    unit: str
    """`ms`, `per_second`, or `fraction` (a share between 0 and 1)."""
    samples: int
    """Observations behind the value."""
    window_seconds: float
    """Time that they were made in, in seconds."""
    implementation: Callable[[], Awaitable[object]] | None = None
    """Does it; None where only a person can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceProfile:
    """Measured performance of one component (OPT-12)."""

    component_name: str
    """`orchestrator`, or the node's name."""
    avg_latency_ms: float
    """Mean time, in ms."""
    p95_latency_ms: float
    """95th percentile, in ms."""
    p99_latency_ms: float
    """99th percentile, in ms."""
    throughput_per_second: float
    """Runs that ended well or in part, or calls of the node that did not fail, a second."""
    error_rate: float
    """Share of failures."""
    cache_hit_rate: float | None
    """Share of cache requests that hit; None where the cache was never asked."""
    resource_usage: Mapping[str, float]
    """`cpu_percent`, `memory_percent`, `memory_mb`; empty for a node, which has none of its own."""
