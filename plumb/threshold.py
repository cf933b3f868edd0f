"""Thresholds that a stack is held to, each with who reads it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from profiles.profile import Profile
from profiles.thresholds import alarm_thresholds, thresholds

HEALTH_CHECK, OPTIMIZER, ALERT = "health check", "optimizer", "alert rule"
DASHBOARD, CANARY, AUTOSCALER = "dashboard", "canary metric", "autoscaler"

_ALSO_DRAWN = frozenset(
    {
        "health.cpu_degraded_percent",
        "health.memory_degraded_percent",
        "alarm.cpu_critical_percent",
        "alarm.memory_high_percent",
        "alarm.active_runs",
        "alarm.queue_wait_seconds",
        "alarm.error_rate_max",
        "alarm.mean_latency_ms",
        "alarm.p95_latency_ms",
    }
)
"""Those that the dashboard draws as lines; tests hold the readers to the code that reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One threshold in force."""

    path: str
    """Who holds what to it: `health.`, `optimizer.`, `alarm.`, `canary.` or `autoscaler.`."""
    value: float
    """The threshold."""
    readers: tuple[str, ...]
    """Who reads it."""


def all_thresholds(profile: Profile) -> tuple[Threshold, ...]:
    """Return every threshold of the stack; none of parts that it does not have."""
    service = thresholds(profile)
    return (
        *_group(profile, "health", HEALTH_CHECK, asdict(service.health)),
        *_group(profile, "optimizer", OPTIMIZER, asdict(service.optimizer)),
        *_alarms(profile),
        *_canary(profile),
        *_autoscaler(profile),
    )


def _group(
    profile: Profile, group: str, reader: str, values: dict[str, Any]
) -> Iterator[Threshold]:
    for name, value in values.items():
        path = f"{group}.{name}"
        drawn = profile.monitoring.dashboard and path in _ALSO_DRAWN
        yield Threshold(path=path, value=value, readers=(reader, DASHBOARD) if drawn else (reader,))


def _alarms(profile: Profile) -> Iterator[Threshold]:
    if profile.monitoring.rules or profile.addons.prometheus.provision == "managed":
        yield from _group(profile, "alarm", ALERT, asdict(alarm_thresholds(profile)))


def _canary(profile: Profile) -> Iterator[Threshold]:
    analysis = profile.rollout.analysis
    if analysis is not None:
        values = {
            "success_rate_min_percent": analysis.success_rate_min_percent,
            "latency_max_ms": analysis.latency_max_ms,
            "threshold": analysis.threshold,
        }
        yield from _group(profile, "canary", CANARY, values)


def _autoscaler(profile: Profile) -> Iterator[Threshold]:
    scaling = profile.scaling
    if scaling is not None:
        values = {
            "cpu_request_percent": scaling.cpu_request_percent,
            "memory_request_percent": scaling.memory_request_percent,
            "active_runs_per_pod": scaling.demand.active_runs_per_pod if scaling.demand else None,
        }
        stated = {name: value for name, value in values.items() if value is not None}
        yield from _group(profile, "autoscaler", AUTOSCALER, stated)
