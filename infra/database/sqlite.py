"""The claim that holds the checkpoints of a service of one pod."""

from pathlib import PurePosixPath
from typing import Any

from pulumi import Resource
from pulumi_kubernetes.core.v1 import PersistentVolumeClaim

from infra.database.claim import claim_spec
from infra.place import Place
from profiles import Profile, contract

SQLITE_CLAIM = "orchestrator-checkpoints"
"""Claim that holds the SQLite file (INF-05)."""

_VOLUME = "checkpoint-storage"  # INF-05


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the claim."""
    keep = profile.cluster.retain_data
    claim = PersistentVolumeClaim(
        "checkpoints",
        metadata=place.metadata(SQLITE_CLAIM, contract.DATABASE_COMPONENT),
        spec=claim_spec(profile.database.sqlite_storage_gib, None),
        opts=place.options(protect=keep, retain=keep),
    )
    return (claim,)


def volumes(profile: Profile) -> list[dict[str, Any]]:
    """Return the claim as a volume; none unless the store is SQLite."""
    if profile.database.mode != "sqlite":
        return []
    return [{"name": _VOLUME, "persistentVolumeClaim": {"claimName": SQLITE_CLAIM}}]


def mounts(profile: Profile) -> list[dict[str, Any]]:
    """Return the mount of that volume."""
    if profile.database.mode != "sqlite":
        return []
    folder = PurePosixPath(profile.database.sqlite_path).parent
    return [{"name": _VOLUME, "mountPath": str(folder)}]
