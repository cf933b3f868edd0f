"""Measurements against thresholds -> recommendations: pure (OPT-04…08)."""

from collections.abc import Iterator

from profiles.thresholds import OptimizerThresholds
from runtime.observability.current import CurrentMetrics, NodeMetrics
from runtime.optimization.advice import node_advice
from runtime.optimization.recommendation import Level, OptimizationRecommendation
from runtime.optimization.rule import Rule

WAIT_SHARE = 0.1
"""Share of the mean run's limit that waiting for each other, or for a connection, may take."""


def recommendations(
    metrics: CurrentMetrics, thresholds: OptimizerThresholds
) -> list[OptimizationRecommendation]:
    """Return what is to be said, high impact first, and low effort first among equals (OPT-04)."""
    rules = [
        *_latency(metrics, thresholds),
        *_completion(metrics, thresholds),
        *(rule for node in metrics.node_metrics for rule in _node(node, thresholds)),
        *_caching(metrics, thresholds),
        *_concurrency(metrics, thresholds),
    ]
    spoken = [rule for rule in rules if rule.speaks(thresholds.minimum_samples)]
    spoken.sort(key=lambda rule: (rule.impact.rank, -rule.effort.rank))
    return [rule.recommendation(metrics.window_seconds) for rule in spoken]


def _latency(metrics: CurrentMetrics, thresholds: OptimizerThresholds) -> Iterator[Rule]:
    """Hold the runs' mean and p95 to their limits (OPT-05, OPT-02)."""
    yield Rule(
        component="overall",
        subject="mean time of a run",
        measured=metrics.avg_total_duration_ms,
        threshold=thresholds.mean_latency_ms,
        unit="ms",
        samples=metrics.total_executions,
        advice="run independent nodes in parallel and shorten the slowest",
        impact=Level.HIGH,
        effort=Level.MEDIUM,
    )
    yield Rule(
        component="overall",
        subject="p95 time of a run",
        measured=metrics.p95_total_duration_ms,
        threshold=thresholds.p95_latency_ms,
        unit="ms",
        samples=metrics.total_executions,
        advice="bound the slowest nodes by tighter timeouts and answer in part",
        impact=Level.HIGH,
        effort=Level.MEDIUM,
    )


def _completion(metrics: CurrentMetrics, thresholds: OptimizerThresholds) -> Iterator[Rule]:
    """Hold failures and throughput to their limits (OPT-05)."""
    yield Rule(
        component="overall",
        subject="error rate of runs",
        measured=metrics.error_rate,
        threshold=thresholds.error_rate_max,
        unit="fraction",
        samples=metrics.total_executions,
        advice="recover from failing nodes and fall back to partial answers",
        impact=Level.HIGH,
        effort=Level.MEDIUM,
    )
    # Where less is offered than should be completed, idleness explains the throughput.
    if metrics.offered_per_second >= thresholds.throughput_min_per_second:
        yield Rule(
            component="overall",
            subject=f"throughput, of {metrics.offered_per_second:.3g}/s offered,",
            measured=metrics.throughput_per_second,
            threshold=thresholds.throughput_min_per_second,
            is_floor=True,
            unit="per_second",
            samples=metrics.offered_executions,
            advice="give the service more resources and pool its connections",
            impact=Level.MEDIUM,
            effort=Level.MEDIUM,
        )


def _node(node: NodeMetrics, thresholds: OptimizerThresholds) -> Iterator[Rule]:
    """Hold a node's time and failures to their limits (OPT-06)."""
    yield Rule(
        component=f"node.{node.node_name}",
        subject="mean time of a call",
        measured=node.avg_duration_ms,
        threshold=thresholds.node_mean_latency_ms,
        unit="ms",
        samples=node.execution_count,
        advice=node_advice(node.node_name),
        impact=Level.MEDIUM,
        effort=Level.LOW,
    )
    yield Rule(
        component=f"node.{node.node_name}",
        subject="error rate of calls",
        measured=node.error_rate,
        threshold=thresholds.error_rate_max,
        unit="fraction",
        samples=node.execution_count,
        advice="retry what may pass and handle what does not",
        impact=Level.MEDIUM,
        effort=Level.LOW,
    )


def _caching(metrics: CurrentMetrics, thresholds: OptimizerThresholds) -> Iterator[Rule]:
    """Hold the hit rates to their limits, the whole's and each node's (OPT-07)."""
    yield Rule(
        component="caching",
        subject="cache hit rate",
        measured=metrics.cache_hit_rate or 0.0,
        threshold=thresholds.cache_hit_rate_min,
        is_floor=True,
        unit="fraction",
        samples=metrics.cache_requests,
        advice="make keys of equal questions equal, and keep results longer",
        impact=Level.MEDIUM,
        effort=Level.LOW,
    )
    for node in metrics.node_metrics:
        yield Rule(
            component=f"caching.{node.node_name}",
            subject="cache hit rate",
            measured=node.cache_hit_rate or 0.0,
            threshold=thresholds.node_cache_hit_rate_min,
            is_floor=True,
            unit="fraction",
            samples=node.cache_requests,
            advice="review the node's keys and how soon its data changes",
            impact=Level.LOW,
            effort=Level.LOW,
        )


def _concurrency(metrics: CurrentMetrics, thresholds: OptimizerThresholds) -> Iterator[Rule]:
    """Hold waits to a share of the run: of searches for each other, and for connections (OPT-08).

    Searches that already run together wait for nothing, and a pool that is large enough neither.
    """
    allowed_ms = WAIT_SHARE * thresholds.mean_latency_ms
    yield Rule(
        component="concurrency",
        subject="searches of a run wait for each other",
        measured=metrics.search_wait_ms,
        threshold=allowed_ms,
        unit="ms",
        samples=metrics.searched_runs,
        advice="run the searches of a run in parallel",
        impact=Level.HIGH,
        effort=Level.MEDIUM,
    )
    yield Rule(
        component="concurrency",
        subject="p95 wait for a pooled connection",
        measured=metrics.pool_wait_p95_ms,
        threshold=allowed_ms,
        unit="ms",
        samples=metrics.pool_waits,
        advice="pool the connections to external APIs, fitted to their limits",
        impact=Level.MEDIUM,
        effort=Level.MEDIUM,
    )
