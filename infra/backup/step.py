"""The containers of the jobs: each runs one script."""

from typing import Any

from infra import container
from infra.backup import access, claim, script
from infra.database import access as database
from profiles import Profile
from profiles.backup import (
    CHECK_CONTAINER,
    DUMP_CONTAINER,
    INTO_VARIABLE,
    NAME_VARIABLE,
    RESTORE_CONTAINER,
    Backup,
    Bucket,
)
from profiles.postgres import Server

TMP, SCRATCH = "tmp", "scratch"
"""Volumes for what lasts as long as the job: shells' own, and the server that proves a backup."""

_SCRATCH_FOLDER = "/scratch"
_LATEST = "latest"


def dump(profile: Profile, server: Server, backup: Backup) -> dict[str, Any]:
    """Return the container that dumps the database into the claim."""
    return _container(
        DUMP_CONTAINER,
        server.image,
        script.command("bash", "dump.sh"),
        _resources(backup),
        env=[
            *access.database_variables(profile, server),
            *_folder(server),
            *access.variables({"RETENTION_DAYS": str(backup.retention_days)}),
        ],
        mounts=[claim.mount(read_only=False), *database.mounts(profile)],
    )


def copy(profile: Profile, server: Server, backup: Backup, bucket: Bucket) -> dict[str, Any]:
    """Return the container that copies backups from the claim to the bucket."""
    return _container(
        "copy",
        bucket.image,
        script.command("sh", "copy.sh"),
        _resources(backup),
        env=[
            *access.bucket_variables(profile, bucket),
            *_folder(server),
            *access.variables({"RETENTION_DAYS": str(backup.retention_days)}),
        ],
        mounts=[claim.mount(read_only=True)],
    )


def fetch(profile: Profile, server: Server, backup: Backup, bucket: Bucket) -> dict[str, Any]:
    """Return the container that takes the newest backup from the bucket."""
    return _container(
        "fetch",
        bucket.image,
        script.command("sh", "fetch.sh"),
        _resources(backup, _room_mib(server)),
        env=[
            *access.bucket_variables(profile, bucket),
            *_folder(server),
            *access.variables({NAME_VARIABLE: _LATEST}),
        ],
        mounts=[claim.mount(read_only=False)],
    )


def check(server: Server, backup: Backup) -> dict[str, Any]:
    """Return the container that restores the newest backup into a server of its own."""
    stated = {
        "PGUSER": server.user,
        "MAX_AGE_SECONDS": str(backup.max_age_seconds),
        "SCRATCH": _SCRATCH_FOLDER,
    }
    return _container(
        CHECK_CONTAINER,
        server.image,
        script.command("bash", "check.sh"),
        _resources(backup, _room_mib(server)),
        env=[*_folder(server), *access.variables(stated)],
        mounts=[
            claim.mount(read_only=True),
            {"name": SCRATCH, "mountPath": _SCRATCH_FOLDER},
        ],
    )


def restore(profile: Profile, server: Server, backup: Backup) -> dict[str, Any]:
    """Return the container that restores a backup beside the live database."""
    stated = {NAME_VARIABLE: _LATEST, INTO_VARIABLE: f"{server.database}_restored"}
    return _container(
        RESTORE_CONTAINER,
        server.image,
        script.command("bash", "restore.sh"),
        _resources(backup, _room_mib(server)),
        env=[
            *access.database_variables(profile, server),
            *_folder(server),
            *access.variables(stated),
        ],
        mounts=[claim.mount(read_only=True), *database.mounts(profile)],
    )


def _folder(server: Server) -> list[dict[str, Any]]:
    # A folder of its own in the volume, whose root may have other things.
    return access.variables({"BACKUPS": f"{claim.MOUNT}/{server.name}"})


def _resources(backup: Backup, disk_mib: int = 0) -> dict[str, Any]:
    return container.resources(backup.resources, disk_mib)


def _room_mib(server: Server) -> int:
    """Return room for a fetched dump, and for what it is restored to, each at most the claim's."""
    return 2 * server.storage_gib * 1024


def _container(
    name: str,
    image: str,
    command: list[str],
    resources: dict[str, Any],
    *,
    env: list[dict[str, Any]],
    mounts: list[dict[str, Any]],
) -> dict[str, Any]:
    tmp = {"name": TMP, "mountPath": "/tmp"}  # noqa: S108  # the container's own
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": command,
        "env": env,
        "resources": resources,
        "securityContext": container.SECURITY,
        "volumeMounts": [script.mount(), tmp, *mounts],
    }
