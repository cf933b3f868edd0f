"""The CronJobs: a dump, the proof that it can be restored, and the mould of a restore."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.batch.v1 import CronJob

from infra import container, priority, quantity
from infra.backup import claim, script, step
from infra.database import access as database
from infra.place import Place, labels
from profiles import Profile, contract
from profiles.backup import CHECK_JOB, DUMP_JOB, RESTORE_JOB, Backup
from profiles.postgres import Server

_KEPT_SECONDS = 7 * 86_400
"""Time that a Job stays after its end, so that a person finds the log of one that failed."""

_HISTORY = {"successfulJobsHistoryLimit": 2, "failedJobsHistoryLimit": 3}

_RETRIES = 1
"""Second try of a dump, which mends a lost connection; what is broken stays so at any try."""


def declare(profile: Profile, server: Server, backup: Backup, place: Place) -> tuple[Resource, ...]:
    """Declare the three CronJobs; the last never fires, `plumb restore` makes Jobs from it."""
    pods = {
        DUMP_JOB: _dump_pod(profile, server, backup),
        CHECK_JOB: _check_pod(profile, server, backup),
        RESTORE_JOB: _restore_pod(profile, server, backup),
    }
    schedules = {CHECK_JOB: backup.check_schedule}
    return tuple(
        CronJob(
            name,
            metadata=place.metadata(name, contract.BACKUP_COMPONENT),
            spec=_spec(name, schedules.get(name, backup.schedule), backup, pod),
            opts=place.options(),
        )
        for name, pod in pods.items()
    )


def _spec(name: str, schedule: str, backup: Backup, pod: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "labels": {"app": name} | labels(name, contract.BACKUP_COMPONENT),
        "annotations": script.annotation(backup),
    }
    return _HISTORY | {
        "schedule": schedule,
        "timeZone": "Etc/UTC",
        "suspend": name == RESTORE_JOB,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": backup.start_deadline_seconds,
        "jobTemplate": {
            "metadata": {"labels": labels(name, contract.BACKUP_COMPONENT)},
            "spec": {
                "backoffLimit": _RETRIES if name == DUMP_JOB else 0,
                "activeDeadlineSeconds": backup.timeout_seconds,
                "ttlSecondsAfterFinished": _KEPT_SECONDS,
                "template": {"metadata": metadata, "spec": pod},
            },
        },
    }


def _dump_pod(profile: Profile, server: Server, backup: Backup) -> dict[str, Any]:
    dump = step.dump(profile, server, backup)
    steps = [dump]
    if backup.bucket:
        steps.append(step.copy(profile, server, backup, backup.bucket))
    volumes = [claim.volume(), *database.volumes(profile)]
    return _pod(profile, steps, volumes)


def _check_pod(profile: Profile, server: Server, backup: Backup) -> dict[str, Any]:
    # What was in the database fits in as much again.
    scratch = {"sizeLimit": quantity.storage(server.storage_gib)}
    volumes = [_source(server, backup), {"name": step.SCRATCH, "emptyDir": scratch}]
    return _pod(profile, [*_fetch(profile, server, backup), step.check(server, backup)], volumes)


def _restore_pod(profile: Profile, server: Server, backup: Backup) -> dict[str, Any]:
    volumes = [_source(server, backup), *database.volumes(profile)]
    steps = [*_fetch(profile, server, backup), step.restore(profile, server, backup)]
    return _pod(profile, steps, volumes)


def _fetch(profile: Profile, server: Server, backup: Backup) -> list[dict[str, Any]]:
    return [step.fetch(profile, server, backup, backup.bucket)] if backup.bucket else []


def _source(server: Server, backup: Backup) -> dict[str, Any]:
    """Return the volume of the backups: the claim, or what is fetched from the bucket."""
    if backup.bucket is None:
        return claim.volume()
    # A dump is smaller than what it is made of.
    fetched = {"sizeLimit": quantity.storage(server.storage_gib)}
    return {"name": claim.NAME, "emptyDir": fetched}


def _pod(
    profile: Profile, steps: list[dict[str, Any]], volumes: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a hardened pod that runs its steps one after the other."""
    *first, last = steps
    return {
        **priority.of(profile, "jobs"),
        # Each try is a pod of its own, whose log stays.
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": container.pod_security(container.IMAGE_USER),
        **({"initContainers": first} if first else {}),
        "containers": [last],
        "volumes": [script.volume(), {"name": step.TMP, "emptyDir": {}}, *volumes],
    }
