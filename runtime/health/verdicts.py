"""Measurements against thresholds: pure, so that every boundary can be tested."""

from collections.abc import Mapping

from profiles.service import ServiceConfig
from profiles.thresholds import HealthThresholds
from runtime.health.status import HealthStatus, Verdict, worst
from runtime.observability.resources import ResourceMetrics
from runtime.upstream.reachability import Reachability


def database_verdict(elapsed_ms: float, thresholds: HealthThresholds) -> Verdict:
    """Return how the database is after a round trip of this time (HLT-05)."""
    limit_ms = thresholds.database_degraded_ms
    slow = elapsed_ms > limit_ms
    return Verdict(
        status=HealthStatus.DEGRADED if slow else HealthStatus.HEALTHY,
        message=f"round trip {elapsed_ms:.1f} ms{f', above {limit_ms:g} ms' if slow else ''}",
        details={"round_trip_ms": round(elapsed_ms, 3), "degraded_above_ms": limit_ms},
    )


def external_verdict(failures: Mapping[str, str]) -> Verdict:
    """Return how the sources are, from each one's failure (empty: none).

    A lost source degrades and no more, for runs go on without it (HLT-06).
    """
    if not failures:
        return Verdict(
            status=HealthStatus.HEALTHY, message="no registered graph has sources of ours"
        )
    lost = "; ".join(f"{name}: {why}" for name, why in failures.items() if why)
    return Verdict(
        status=HealthStatus.DEGRADED if lost else HealthStatus.HEALTHY,
        message=lost or f"all {len(failures)} sources reachable",
        details={"sources": {name: why or "reachable" for name, why in failures.items()}},
    )


def caching_verdict(found: Reachability, mode: str) -> Verdict:
    """Return how the cache is; without it runs are slower, not wrong (HLT-07)."""
    working = "written and read back"
    return Verdict(
        status=HealthStatus.HEALTHY if found.reachable else HealthStatus.DEGRADED,
        message=found.reason or (working if found.reachable else "unreachable"),
        details={"mode": mode, "latency_ms": round(found.latency_ms, 3)},
    )


def resource_verdict(metrics: ResourceMetrics, thresholds: HealthThresholds) -> Verdict:
    """Return how much of CPU and memory is used (HLT-08)."""
    cpu = _band(
        metrics.cpu_percent, thresholds.cpu_degraded_percent, thresholds.cpu_critical_percent
    )
    memory = _band(
        metrics.memory_percent,
        thresholds.memory_degraded_percent,
        thresholds.memory_critical_percent,
    )
    return Verdict(
        status=worst([cpu, memory]),
        message=f"CPU {metrics.cpu_percent:.1f} % and memory {metrics.memory_percent:.1f} % "
        f"of the limit ({metrics.memory_mb:.0f} MiB resident)",
        details={
            "cpu_percent": round(metrics.cpu_percent, 2),
            "memory_percent": round(metrics.memory_percent, 2),
            "memory_mb": round(metrics.memory_mb, 2),
        },
    )


def configuration_verdict(config: ServiceConfig) -> Verdict:
    """Return whether the settings without which no run can work exceed zero (HLT-09)."""
    settings = {
        "graph.default_budget_ms": config.graph.default_budget_ms,
        "graph.max_parallel_nodes": config.graph.max_parallel_nodes,
        "upstreams.pubmed_requests_per_second": config.upstreams.pubmed_requests_per_second,
    }
    issues = [f"{name} {value:g} must exceed 0" for name, value in settings.items() if value <= 0]
    return Verdict(
        status=HealthStatus.UNHEALTHY if issues else HealthStatus.HEALTHY,
        message="; ".join(issues) or f"settings of {config.environment} are usable",
        details={"issues": issues},
    )


def _band(value: float, degraded: float, critical: float) -> HealthStatus:
    if value > critical:
        return HealthStatus.CRITICAL
    return HealthStatus.DEGRADED if value > degraded else HealthStatus.HEALTHY
