"""Alerts on whether pods are there and well: scraped, not restarting, components healthy."""

from infra.monitoring.alert import POD, Alert
from infra.monitoring.series import Series
from profiles import contract
from profiles.thresholds import AlarmThresholds

_COMPONENT = "{{ $labels.component }}"

_OWN_ALARM = 'component!="resource_usage"'
"""CPU and memory have alarms of their own, at bounds of their own."""


def alerts(every: Series, serving: Series, held: AlarmThresholds) -> tuple[Alert, ...]:
    """Return the alerts on the pods' presence and health (ALR-03)."""
    return (
        _absent(serving, held),
        _restarted(every, held),
        _failed(every, held),
        _degraded(every, held),
    )


def _absent(serving: Series, held: AlarmThresholds) -> Alert:
    return Alert(
        name="PlumblineAbsent",
        severity="critical",
        # `up` is Prometheus' own: 1 for a target that it read.
        expression=f"absent({serving.of('up')} == 1)",
        hold_seconds=held.hold_seconds,
        summary="No pod that serves users can be read.",
        description="Prometheus reads the metrics of no serving pod: none runs, or a network "
        "policy keeps it away.",
        runbook="`plumb status` shows the pods; where they run, compare the labels of Prometheus' "
        "namespace with network.monitoring_namespaces.",
    )


def _restarted(every: Series, held: AlarmThresholds) -> Alert:
    started = every.of(contract.PROCESS_START)
    return Alert(
        name="PlumblineRestarted",
        severity="medium",
        expression=f"max by (namespace, pod) (changes({started}[{held.window_seconds}s])) > 0",
        hold_seconds=0,
        summary="A container of the service was restarted in its pod.",
        description=f"{POD} was restarted {{{{ $value }}}} times in {held.window_seconds} s.",
        runbook="`kubectl describe pod` names the reason: OOMKilled, or a liveness probe that "
        "failed. The log of the container before it has the rest.",
    )


def _failed(every: Series, held: AlarmThresholds) -> Alert:
    worst = contract.HEALTH_SEVERITIES.index("unhealthy")
    return Alert(
        name="PlumblineComponentFailed",
        severity="critical",
        expression=f"{_health(every)} >= {worst}",
        hold_seconds=held.hold_seconds,
        summary="A component of the service is unhealthy.",
        description=f"{_COMPONENT} of {POD} has been unhealthy or critical for "
        f"{held.hold_seconds} s.",
        runbook="/health of the pod says why, with the measured numbers.",
    )


def _degraded(every: Series, held: AlarmThresholds) -> Alert:
    degraded = contract.HEALTH_SEVERITIES.index("degraded")
    return Alert(
        name="PlumblineComponentDegraded",
        severity="low",
        expression=f"{_health(every)} == {degraded}",
        hold_seconds=held.hold_seconds,
        summary="A component of the service is degraded.",
        description=f"{_COMPONENT} of {POD} has been degraded for {held.hold_seconds} s.",
        runbook="/health of the pod says why: runs go on without a source or the cache, slower or "
        "with less evidence.",
    )


def _health(every: Series) -> str:
    return f"max by (namespace, pod, component) ({every.of(contract.HEALTH_STATUS, _OWN_ALARM)})"
