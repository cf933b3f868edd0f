"""Alerts on the queue of durable runs: how long it makes wait, and whether anybody works on it."""

from infra.monitoring.alert import VALUE, Alert
from infra.monitoring.series import every, working
from profiles import Profile, contract
from profiles.thresholds import AlarmThresholds


def alerts(profile: Profile, held: AlarmThresholds) -> tuple[Alert, ...]:
    """Return the alerts on the queue; that of absent workers only where they have own pods."""
    waits = _waits(profile, held)
    return (waits, _absent(profile, held)) if profile.workers else (waits,)


def _waits(profile: Profile, held: AlarmThresholds) -> Alert:
    # Each pod shows the whole queue as it last saw it.
    oldest = f"max by (namespace) ({every(profile).of(contract.RUN_OLDEST_WAIT_SECONDS)})"
    field = "workers.scaling.max_replicas" if profile.workers else "scaling.max_replicas"
    return Alert(
        name="PlumblineRunsWait",
        severity="high",
        expression=f"{oldest} > {held.queue_wait_seconds}",
        hold_seconds=held.hold_seconds,
        summary="Durable runs wait for a worker, longer than planned.",
        description=f"A run that could run has waited for {VALUE} s, above "
        f"{held.queue_wait_seconds} s.",
        runbook="Compare run_attempts_total by outcome: lost ones are dead workers. Where all go "
        f"well and every place is taken, raise {field}.",
    )


def _absent(profile: Profile, held: AlarmThresholds) -> Alert:
    return Alert(
        name="PlumblineWorkersAbsent",
        severity="critical",
        # `up` is Prometheus' own: 1 for a target that it read.
        expression=f"absent({working(profile).of('up')} == 1)",
        hold_seconds=held.hold_seconds,
        summary="No worker can be read: durable runs wait.",
        description="Prometheus reads the metrics of no worker: none runs, or a network policy "
        "keeps it away.",
        runbook="`plumb status` shows the pods; the events of the workers' Deployment say why none "
        "starts.",
    )
