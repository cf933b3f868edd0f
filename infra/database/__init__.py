"""The checkpointer's store: a claim for SQLite, or a Postgres of the stack's own."""

from typing import Any

from pulumi import Resource

from infra.database import access, cnpg, pgbouncer, sqlite, statefulset
from infra.database.sqlite import SQLITE_CLAIM
from infra.flow import Flow
from infra.place import Place
from profiles import Profile

__all__ = ["SQLITE_CLAIM", "declare", "environment", "flows", "mounts", "volumes"]


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the store of the profile's mode; nothing for an external one."""
    db = profile.database.server
    if profile.database.mode == "sqlite":
        return sqlite.declare(profile, place)
    if db is None:
        return ()
    if profile.database.mode == "cnpg":
        return cnpg.declare(profile, db, place)
    own = statefulset.declare(profile, db, place)
    pooler = pgbouncer.declare(profile, db, db.pooler, place.after(*own)) if db.pooler else ()
    return own + pooler


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the service's way to its Postgres, and what that needs itself."""
    operated = cnpg.flows(profile) if profile.database.mode == "cnpg" else ()
    return access.flows(profile) + operated


def environment(profile: Profile) -> list[dict[str, Any]]:
    """Return the variables by which the service finds its Postgres."""
    return access.environment(profile)


def volumes(profile: Profile) -> list[dict[str, Any]]:
    """Return the volumes that a pod needs which uses the database."""
    return sqlite.volumes(profile) + access.volumes(profile)


def mounts(profile: Profile) -> list[dict[str, Any]]:
    """Return the mounts of those volumes."""
    return sqlite.mounts(profile) + access.mounts(profile)
