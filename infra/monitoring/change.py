"""Alerts on changes: a rejected version, pods that disagree, values set past the stack."""

from infra.monitoring.alert import POD, Alert
from infra.monitoring.series import Series, every, foreign, serving
from profiles import Profile, contract
from profiles.thresholds import AlarmThresholds

CANARY_STATUS = "flagger_canary_status"
"""Flagger's own series: 0 while a version is analysed, 1 well, 2 rejected."""

_REJECTED = 2


def alerts(profile: Profile, held: AlarmThresholds) -> tuple[Alert, ...]:
    """Return the alerts on changes; those of an analysis only where there is one."""
    alerts = (_differing(serving(profile), held), _overridden(every(profile), held))
    return (*alerts, _rejected(profile)) if profile.rollout.analysis else alerts


def _differing(serving: Series, held: AlarmThresholds) -> Alert:
    hashes = f"count by (namespace, config_hash) ({serving.of(contract.CONFIG_INFO)})"
    return Alert(
        name="PlumblineConfigurationDiffers",
        severity="medium",
        expression=f"count by (namespace) ({hashes}) > 1",
        hold_seconds=held.rollout_seconds,
        summary="Pods that serve users run different configurations.",
        description="{{ $value }} configurations are active among the serving pods, for longer "
        f"than the {held.rollout_seconds} s that an update may take.",
        runbook="`plumb status` compares the pods' configuration with the stack's; an update that "
        "stands still shows in the Deployment's conditions.",
    )


def _overridden(every: Series, held: AlarmThresholds) -> Alert:
    return Alert(
        name="PlumblineConfigurationOverridden",
        severity="low",
        expression=f"max by (namespace, pod) ({every.of(contract.CONFIG_OVERRIDES)}) > 0",
        hold_seconds=held.hold_seconds,
        summary="An environment variable changes what the stack file says.",
        description=f"{POD} runs with {{{{ $value }}}} values that its environment overrides.",
        runbook="/info of the pod names the variables; state the values in the stack file instead.",
    )


def _rejected(profile: Profile) -> Alert:
    name, namespace = profile.workload.name, profile.cluster.namespace
    workers = f"({contract.WORKER_SUFFIX})?" if profile.workers else ""
    found = foreign(CANARY_STATUS, namespace, f'name=~"{name}{workers}"')
    return Alert(
        name="PlumblineVersionRejected",
        severity="high",
        expression=f"{found} == {_REJECTED}",
        hold_seconds=0,
        summary="A new version failed its analysis; users stay on the one before.",
        description="Flagger rejected the version of {{ $labels.name }} that was under analysis.",
        runbook="`plumb status` shows the phase and Flagger's last message; mend the version and "
        "deploy again, for the same one is not analysed twice.",
    )
