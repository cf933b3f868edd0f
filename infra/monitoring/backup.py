"""Alerts on backups: a run that did not succeed, and dumps older than may be lost (INF-19).

They read kube-state-metrics, which is the cluster's: without it they would never speak.
"""

from infra.monitoring.alert import Alert
from infra.monitoring.series import foreign
from profiles import Profile
from profiles.backup import CHECK_JOB, DUMP_JOB, Backup

CRONJOB = "kube_cronjob_"
"""Prefix of kube-state-metrics' series of CronJobs; the times among them are Unix seconds."""

_HOUR = 3600


def alerts(profile: Profile) -> tuple[Alert, ...]:
    """Return the alerts, where CronJobs make backups and their series are there to be read."""
    database = profile.database
    backup = database.server.backup if database.server else None
    readable = profile.monitoring.kube_state_metrics and database.mode == "statefulset"
    if backup is None or not readable:
        return ()
    namespace = profile.cluster.namespace
    return (_failed(namespace, backup), _overdue(namespace, backup))


def _failed(namespace: str, backup: Backup) -> Alert:
    jobs = f"{DUMP_JOB}|{CHECK_JOB}"
    scheduled = _newest("status_last_schedule_time", namespace, jobs)
    within = backup.start_deadline_seconds + backup.timeout_seconds
    return Alert(
        name="PlumblineBackupFailed",
        severity="high",
        expression=f"{scheduled} > {_succeeded(namespace, jobs)}",
        hold_seconds=within,
        summary="A dump, or the check that it can be restored, did not succeed.",
        description=f"{{{{ $labels.cronjob }}}} has not succeeded within {within} s of its start.",
        runbook="`kubectl logs` of its last Job says why; a claim or bucket that is full is the "
        "usual cause.",
    )


def _overdue(namespace: str, backup: Backup) -> Alert:
    # The dump before may have started at once and the next one late, and take its whole time.
    slack = backup.start_deadline_seconds + backup.timeout_seconds
    allowed = backup.recovery_point_hours * _HOUR + slack
    return Alert(
        name="PlumblineBackupOverdue",
        severity="critical",
        expression=f"time() - {_succeeded(namespace, DUMP_JOB)} > {allowed}",
        hold_seconds=0,
        summary="The newest dump is older than may be lost.",
        description="The last dump succeeded {{ $value | humanizeDuration }} ago; "
        f"{backup.recovery_point_hours} h may be lost.",
        runbook="Start one by hand: `kubectl create job --from=cronjob/backup` with a name; then "
        "look why the CronJob does not, it may be suspended.",
    )


def _succeeded(namespace: str, jobs: str) -> str:
    """Return when each CronJob last succeeded; its creation where it never did."""
    succeeded = _newest("status_last_successful_time", namespace, jobs)
    return f"({succeeded} or {_newest('created', namespace, jobs)})"


def _newest(series: str, namespace: str, jobs: str) -> str:
    found = foreign(f"{CRONJOB}{series}", namespace, f'cronjob=~"{jobs}"')
    return f"max by (cronjob) {found}"
