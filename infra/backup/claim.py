"""The claim that keeps the dumps."""

from typing import Any

from pulumi_kubernetes.core.v1 import PersistentVolumeClaim

from infra.database.claim import claim_spec
from infra.place import Place
from profiles import Profile, contract
from profiles.backup import Backup

NAME = "backups"
"""Name of the claim, and of the volume in which a job finds backups, wherever they come from."""

MOUNT = "/backups"


def declare(profile: Profile, backup: Backup, place: Place) -> PersistentVolumeClaim:
    """Declare the claim, kept as all data is."""
    keep = profile.cluster.retain_data
    return PersistentVolumeClaim(
        "backups",
        metadata=place.metadata(NAME, contract.BACKUP_COMPONENT),
        spec=claim_spec(backup.storage_gib, backup.storage_class),
        opts=place.options(protect=keep, retain=keep),
    )


def volume() -> dict[str, Any]:
    """Return the volume."""
    return {"name": NAME, "persistentVolumeClaim": {"claimName": NAME}}


def mount(*, read_only: bool) -> dict[str, Any]:
    """Return its mount; only a dump writes to it."""
    return {"name": NAME, "mountPath": MOUNT} | ({"readOnly": True} if read_only else {})
