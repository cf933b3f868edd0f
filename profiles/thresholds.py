"""Profile -> what the running service holds itself to. Pure: the one place this is derived."""

from typing import Annotated

from pydantic import Field

from profiles.profile import Profile
from profiles.section import (
    Count,
    CountOrNone,
    Fraction,
    Mebibytes,
    Millicores,
    Percent,
    Seconds,
    section,
)

Positive = Annotated[float, Field(gt=0)]

STALE_PERIODS = 3
"""Periods without a fresh result after which a check is stale, as probes count failures."""

NODE_SHARE_OF_LATENCY = 0.5
"""Share of the run's mean latency that one node may take (OPT-06)."""


@section
class HealthThresholds:
    """Bands of the health checks (HLT-05, HLT-08)."""

    check_interval_seconds: Seconds
    """Time between two rounds, in seconds."""
    check_timeout_seconds: Positive
    """Most that one check may take, in seconds."""
    stale_after_seconds: Seconds
    """Age from which a result no longer counts, in seconds: STALE_PERIODS intervals."""
    loop_pause_seconds: Positive
    """Lag of the event loop above which it is logged, in seconds."""
    longest_pause_seconds: Seconds
    """Age of the loop's last beat from which the process is not alive, in seconds."""
    database_degraded_ms: Positive
    """Round trip from which the database is degraded, in ms."""
    cpu_limit_millicores: Millicores
    """What 100 % of CPU means, where the container sets no limit of its own."""
    memory_limit_mib: Mebibytes
    """What 100 % of memory means, where the container sets no limit of its own."""
    cpu_degraded_percent: Percent
    """CPU use from which the service is degraded, in percent of the limit."""
    cpu_critical_percent: Percent
    """CPU use from which it is critical."""
    memory_degraded_percent: Percent
    """Memory use from which the service is degraded, in percent of the limit."""
    memory_critical_percent: Percent
    """Memory use from which it is critical."""


@section
class OptimizerThresholds:
    """Limits from which the optimizer speaks (OPT-02, OPT-05…07)."""

    mean_latency_ms: Positive
    """Mean time of a run, in ms."""
    p95_latency_ms: Positive
    """95th percentile of a run's time, in ms."""
    node_mean_latency_ms: Positive
    """Mean time of one node, in ms: half of the run's."""
    error_rate_max: Fraction
    """Share of failures, of runs and of each node's calls."""
    cache_hit_rate_min: Fraction
    """Hit rate of all caches together."""
    node_cache_hit_rate_min: Fraction
    """Hit rate of one node's cache."""
    throughput_min_per_second: Positive
    """Completed runs a second, where at least as many are offered."""
    minimum_samples: Count
    """Observations below which nothing is said."""
    window_seconds: Seconds
    """Sliding window that is judged, in seconds."""


@section
class AlarmThresholds:
    """From when a person is told (ALR-01, ALR-03)."""

    cpu_critical_percent: Percent
    """CPU of a pod, in percent of its limit."""
    memory_high_percent: Percent
    """Memory of a pod, in percent of its limit."""
    active_runs: CountOrNone
    """Runs in one pod: the alarm's, or all places but one where a pod holds no more than that."""
    queue_wait_seconds: Seconds
    """Time that a durable run which could run has waited, in seconds."""
    efficiency_low: Fraction
    """Share of runs that end well, below which it is told."""
    error_rate_max: Fraction
    """Share of runs that fail, as the optimizer judges it."""
    failed_requests_percent: Percent
    """Requests answered with a 5xx, in percent: what the objective leaves."""
    mean_latency_ms: Positive
    """Mean time of a run, in ms."""
    p95_latency_ms: Positive
    """95th percentile of a run's time, in ms."""
    minimum_samples: Count
    """Runs or requests in the window below which no rate is judged."""
    window_seconds: Seconds
    """Window that rates are taken over, in seconds."""
    hold_seconds: Seconds
    """Time that a condition must hold, in seconds."""
    rollout_seconds: Seconds
    """Time that an update may take, in seconds; until then pods may differ."""


@section
class Thresholds:
    """Both halves, as the service reads them."""

    health: HealthThresholds
    """For the health checks."""
    optimizer: OptimizerThresholds
    """For the performance optimizer."""


def thresholds(profile: Profile) -> Thresholds:
    """Return what the service holds itself to under this profile."""
    return Thresholds(health=_health(profile), optimizer=_optimizer(profile))


def alarm_thresholds(profile: Profile) -> AlarmThresholds:
    """Return from when a person is told under this profile.

    The rates and times are the objectives, the same that optimizer and canary judge.
    """
    alarms, objectives = profile.monitoring.alarms, profile.objectives
    return AlarmThresholds(
        cpu_critical_percent=alarms.cpu_critical_percent,
        memory_high_percent=alarms.memory_high_percent,
        # A pod with all places taken refuses the next run: more than that is never seen.
        active_runs=min(alarms.active_runs_medium, profile.api.max_concurrent_graphs - 1),
        queue_wait_seconds=alarms.queue_wait_seconds,
        efficiency_low=alarms.efficiency_low,
        error_rate_max=objectives.error_rate_max,
        failed_requests_percent=round(100 - objectives.success_rate_min_percent, 6),
        mean_latency_ms=float(objectives.mean_latency_ms),
        p95_latency_ms=float(objectives.p95_latency_ms),
        minimum_samples=objectives.minimum_samples,
        window_seconds=alarms.window_seconds,
        hold_seconds=alarms.hold_seconds,
        rollout_seconds=profile.rollout.progress_deadline_seconds,
    )


def _health(profile: Profile) -> HealthThresholds:
    health, resources = profile.health, profile.workload.resources
    return HealthThresholds(
        check_interval_seconds=health.check_interval_seconds,
        check_timeout_seconds=health.check_timeout_ms / 1000,
        stale_after_seconds=STALE_PERIODS * health.check_interval_seconds,
        loop_pause_seconds=health.loop_pause_ms / 1000,
        longest_pause_seconds=health.longest_pause_seconds,
        database_degraded_ms=float(health.database_degraded_ms),
        cpu_limit_millicores=resources.cpu_limit_millicores,
        memory_limit_mib=resources.memory_limit_mib,
        cpu_degraded_percent=health.cpu_degraded_percent,
        cpu_critical_percent=health.cpu_critical_percent,
        memory_degraded_percent=health.memory_degraded_percent,
        memory_critical_percent=health.memory_critical_percent,
    )


def _optimizer(profile: Profile) -> OptimizerThresholds:
    objectives = profile.objectives
    return OptimizerThresholds(
        mean_latency_ms=float(objectives.mean_latency_ms),
        p95_latency_ms=float(objectives.p95_latency_ms),
        node_mean_latency_ms=objectives.mean_latency_ms * NODE_SHARE_OF_LATENCY,
        error_rate_max=objectives.error_rate_max,
        cache_hit_rate_min=objectives.cache_hit_rate_min,
        node_cache_hit_rate_min=objectives.node_cache_hit_rate_min,
        throughput_min_per_second=objectives.throughput_min_per_second,
        minimum_samples=objectives.minimum_samples,
        window_seconds=objectives.window_seconds,
    )
