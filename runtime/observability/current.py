"""The measurements of the sliding window as values (OPT-03), and how they are computed."""

from dataclasses import dataclass

from runtime.observability.tally import Tally
from runtime.observability.window import Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetrics:
    """What was measured of one node."""

    node_name: str
    """Name of the node."""
    execution_count: int
    """Calls."""
    avg_duration_ms: float
    """Mean time of a call, in ms."""
    p95_duration_ms: float
    """95th percentile of a call's time, in ms."""
    p99_duration_ms: float
    """99th percentile of a call's time, in ms."""
    max_duration_ms: float
    """Longest call, in ms."""
    error_rate: float
    """Share of calls that failed."""
    cache_hit_rate: float | None
    """Share of cache requests that hit; None where the cache was never asked."""
    cache_requests: int
    """How often the cache was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentMetrics:
    """What was measured of the service in the sliding window."""

    window_seconds: float
    """Time that the window covers by now, in seconds: less after a start."""
    total_executions: int
    """Runs that were answered: all but those whose caller went away."""
    failed_executions: int
    """Of those, the ones that ended in an error or a timeout."""
    cancelled_executions: int
    """Runs whose caller went away; they count nowhere else."""
    active_executions: int
    """Runs that execute now."""
    offered_executions: int
    """Runs that were asked for, whether or not they were taken."""
    avg_total_duration_ms: float
    """Mean time of an answered run, in ms."""
    p95_total_duration_ms: float
    """95th percentile of a run's time, in ms."""
    p99_total_duration_ms: float
    """99th percentile of a run's time, in ms."""
    max_total_duration_ms: float
    """Longest run, in ms."""
    cache_hit_rate: float | None
    """Share of all cache requests that hit; None where the cache was never asked."""
    cache_requests: int
    """How often a cache was asked."""
    throughput_per_second: float
    """Runs that ended well or in part, a second."""
    offered_per_second: float
    """Runs that were asked for, a second."""
    searched_runs: int
    """Runs with two searches or more, from which the next two come."""
    search_overlap: float | None
    """Share of avoidable waiting between searches that was avoided: 0 in series, 1 together."""
    search_wait_ms: float
    """Mean time of a run in which searches waited for each other, in ms."""
    pool_waits: int
    """How often a connection was taken from a pool."""
    pool_wait_p95_ms: float
    """95th percentile of the wait for a connection, in ms."""
    node_metrics: tuple[NodeMetrics, ...]
    """The nodes, by name."""

    @property
    def error_rate(self) -> float:
        """Share of answered runs that failed; 0 without any."""
        return self.failed_executions / self.total_executions if self.total_executions else 0.0


def current_metrics(window: Bucket, seconds: float, active: int) -> CurrentMetrics:
    """Return the values of a merged window that covers this many seconds."""
    runs, waits = window.runs, window.pool_waits
    hits = sum(tally.hits for tally in window.nodes.values())
    requests = sum(tally.cache_requests for tally in window.nodes.values())
    # A run that ended was asked for, even where nobody announced it.
    offered = max(window.offered, runs.count)
    return CurrentMetrics(
        window_seconds=seconds,
        total_executions=runs.count,
        failed_executions=runs.failures,
        cancelled_executions=window.cancelled,
        active_executions=active,
        offered_executions=offered,
        avg_total_duration_ms=runs.mean_ms,
        p95_total_duration_ms=runs.quantile_ms(0.95),
        p99_total_duration_ms=runs.quantile_ms(0.99),
        max_total_duration_ms=runs.max_ms,
        cache_hit_rate=_share(hits, requests),
        cache_requests=requests,
        throughput_per_second=_share(runs.count - runs.failures, seconds) or 0.0,
        offered_per_second=_share(offered, seconds) or 0.0,
        searched_runs=window.searched_runs,
        search_overlap=_share(window.avoided_ms, window.avoidable_ms),
        search_wait_ms=_share(window.avoidable_ms - window.avoided_ms, window.searched_runs) or 0.0,
        pool_waits=waits.count,
        pool_wait_p95_ms=waits.quantile_ms(0.95),
        node_metrics=tuple(_node(name, tally) for name, tally in sorted(window.nodes.items())),
    )


def _node(name: str, tally: Tally) -> NodeMetrics:
    return NodeMetrics(
        node_name=name,
        execution_count=tally.count,
        avg_duration_ms=tally.mean_ms,
        p95_duration_ms=tally.quantile_ms(0.95),
        p99_duration_ms=tally.quantile_ms(0.99),
        max_duration_ms=tally.max_ms,
        error_rate=tally.error_rate,
        cache_hit_rate=_share(tally.hits, tally.cache_requests),
        cache_requests=tally.cache_requests,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
