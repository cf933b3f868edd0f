"""Measurements that cross no limit, to be changed one at a time."""

from dataclasses import replace
from typing import Any

from runtime.observability import CurrentMetrics, NodeMetrics
from tests.runtime.observability.limits import optimizer_thresholds

LIMITS = optimizer_thresholds()
ENOUGH = LIMITS.minimum_samples


def quiet_node(name: str = "pubmed_search", **changes: Any) -> NodeMetrics:
    """Return a node right at its limits, which is not beyond them."""
    node = NodeMetrics(
        node_name=name,
        execution_count=ENOUGH,
        avg_duration_ms=LIMITS.node_mean_latency_ms,
        p95_duration_ms=1.0,
        p99_duration_ms=1.0,
        max_duration_ms=1.0,
        error_rate=LIMITS.error_rate_max,
        cache_hit_rate=LIMITS.node_cache_hit_rate_min,
        cache_requests=ENOUGH,
    )
    return replace(node, **changes)


def quiet_metrics(**changes: Any) -> CurrentMetrics:
    """Return metrics right at their limits, on just enough samples."""
    metrics = CurrentMetrics(
        window_seconds=900.0,
        total_executions=ENOUGH,
        failed_executions=0,
        cancelled_executions=0,
        active_executions=0,
        offered_executions=ENOUGH,
        avg_total_duration_ms=LIMITS.mean_latency_ms,
        p95_total_duration_ms=LIMITS.p95_latency_ms,
        p99_total_duration_ms=LIMITS.p95_latency_ms,
        max_total_duration_ms=LIMITS.p95_latency_ms,
        cache_hit_rate=LIMITS.cache_hit_rate_min,
        cache_requests=ENOUGH,
        throughput_per_second=LIMITS.throughput_min_per_second,
        offered_per_second=LIMITS.throughput_min_per_second,
        searched_runs=ENOUGH,
        search_overlap=1.0,
        search_wait_ms=LIMITS.mean_latency_ms / 10,
        pool_waits=ENOUGH,
        pool_wait_p95_ms=LIMITS.mean_latency_ms / 10,
        node_metrics=(quiet_node(),),
    )
    return replace(metrics, **changes)
