"""Analyses the measurements on demand, and applies what can be applied (OPT-02, OPT-10, OPT-12)."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import structlog

from profiles.thresholds import OptimizerThresholds
from runtime.observability.current import CurrentMetrics, NodeMetrics
from runtime.observability.measurements import MetricsCollector
from runtime.observability.resources import ResourceMetrics
from runtime.optimization.recommendation import OptimizationRecommendation, PerformanceProfile
from runtime.optimization.rules import recommendations

HISTORY = 1000
"""Applied optimizations that are remembered."""

ORCHESTRATOR = "orchestrator"
"""Key of the whole service in the performance profile."""

_USAGE = ("cpu_percent", "memory_percent", "memory_mb")

_LOG = structlog.stdlib.get_logger(__name__)


class PerformanceOptimizer:
    """Says what to improve, from the measured window alone."""

    def __init__(
        self,
        thresholds: OptimizerThresholds,
        metrics_collector: MetricsCollector,
        *,
        resources: Callable[[], ResourceMetrics | None] = lambda: None,
    ) -> None:
        """Take the limits and the measurements; `resources` gives the latest sample of use."""
        self.thresholds = thresholds
        self.optimization_history: deque[dict[str, Any]] = deque(maxlen=HISTORY)
        self._collector = metrics_collector
        self._resources = resources

    async def analyze_performance(self) -> list[OptimizationRecommendation]:
        """Return the recommendations, high impact first, low effort first among equals (OPT-04)."""
        return recommendations(self._collector.get_current_metrics(), self.thresholds)

    async def apply_optimization(self, recommendation: OptimizationRecommendation) -> bool:
        """Run the implementation and record how it went; False where it failed (OPT-10).

        Without an implementation nothing is done or recorded: a warning, and False.
        """
        if recommendation.implementation is None:
            _LOG.warning("nothing to apply", component=recommendation.component)
            return False
        try:
            await recommendation.implementation()
        except Exception as error:  # recorded and answered; an optimization must not end a request
            _LOG.exception("optimization failed", component=recommendation.component)
            self._record(recommendation, success=False, error=f"{type(error).__name__}: {error}")
            return False
        self._record(recommendation, success=True)
        return True

    def get_performance_profile(self) -> dict[str, PerformanceProfile]:
        """Return the measured performance of the service and of each node (OPT-12)."""
        metrics = self._collector.get_current_metrics()
        seconds = metrics.window_seconds
        nodes = {node.node_name: _node_profile(node, seconds) for node in metrics.node_metrics}
        return {ORCHESTRATOR: self._own_profile(metrics), **nodes}

    def _own_profile(self, metrics: CurrentMetrics) -> PerformanceProfile:
        sample = self._resources()
        usage = asdict(sample) if sample else {}
        return PerformanceProfile(
            component_name=ORCHESTRATOR,
            avg_latency_ms=metrics.avg_total_duration_ms,
            p95_latency_ms=metrics.p95_total_duration_ms,
            p99_latency_ms=metrics.p99_total_duration_ms,
            throughput_per_second=metrics.throughput_per_second,
            error_rate=metrics.error_rate,
            cache_hit_rate=metrics.cache_hit_rate,
            resource_usage={name: usage[name] for name in _USAGE if name in usage},
        )

    def _record(self, recommendation: OptimizationRecommendation, **outcome: Any) -> None:
        self.optimization_history.append(
            {
                "timestamp": datetime.now(UTC).isoformat(),
                "component": recommendation.component,
                "optimization": recommendation.recommendation,
                **outcome,
            }
        )


def _node_profile(node: NodeMetrics, window_seconds: float) -> PerformanceProfile:
    completed = node.execution_count * (1 - node.error_rate)
    return PerformanceProfile(
        component_name=node.node_name,
        avg_latency_ms=node.avg_duration_ms,
        p95_latency_ms=node.p95_duration_ms,
        p99_latency_ms=node.p99_duration_ms,
        throughput_per_second=completed / window_seconds if window_seconds > 0 else 0.0,
        error_rate=node.error_rate,
        cache_hit_rate=node.cache_hit_rate,
        resource_usage={},
    )
