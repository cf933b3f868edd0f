"""The checkpointer's store: a claim for SQLite, or a Postgres of the stack's own."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import PersistentVolumeClaim, Service

from infra import container, quantity, server
from infra.place import Place
from profiles import Profile, contract
from profiles.database import Database, Server

SQLITE_CLAIM = "orchestrator-checkpoints"
"""Claim that holds the SQLite file (INF-05)."""

_COMPONENT = contract.DATABASE_COMPONENT
_DATA = "data"
_FOLDER = "/var/lib/postgresql"
_GRACE_SECONDS = 120
"""Time for Postgres' shutdown checkpoint, which writes all dirty buffers."""

_STARTUP_FAILURES = 60
"""Probes that a start may fail, 10 minutes: crash recovery replays the log before it answers."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the store of the profile's mode; nothing for an external one."""
    keep = profile.cluster.retain_data
    if profile.database.mode == "sqlite":
        return (_claim(profile.database, keep, place),)
    if profile.database.server is None:
        return ()
    return _postgres(profile.database.server, profile.credentials.database_secret, keep, place)


def _claim(database: Database, keep: bool, place: Place) -> PersistentVolumeClaim:
    return PersistentVolumeClaim(
        "checkpoints",
        metadata=place.metadata(SQLITE_CLAIM, _COMPONENT),
        spec=_claim_spec(database.sqlite_storage_gib, None),
        opts=place.options(protect=keep, retain=keep),
    )


def _postgres(db: Server, secret: str, keep: bool, place: Place) -> tuple[Resource, ...]:
    metadata = place.metadata(db.name, _COMPONENT)
    service = Service(
        "database",
        metadata=metadata,
        spec=server.service_spec(db.name, "postgres", contract.POSTGRES_PORT),
        opts=place.options(),
    )
    # Protected against replacement, not retained: its claim outlives it, and a Postgres that runs
    # on after the stack is gone serves nobody.
    stateful_set = StatefulSet(
        "database",
        metadata=metadata,
        spec=_spec(db, secret),
        opts=place.after(service).options(protect=keep),
    )
    return service, stateful_set


def _spec(db: Server, secret: str) -> dict[str, Any]:
    claim = {
        "metadata": {"name": _DATA},
        "spec": _claim_spec(db.storage_gib, db.storage_class),
    }
    return server.stateful_set_spec(db.name, _COMPONENT, _pod(db, secret)) | {
        "volumeClaimTemplates": [claim],
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }


def _claim_spec(gibibytes: int, storage_class: str | None) -> dict[str, Any]:
    chosen = {"storageClassName": storage_class} if storage_class else {}
    return chosen | {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": quantity.storage(gibibytes)}},
    }


def _pod(db: Server, secret: str) -> dict[str, Any]:
    return server.pod_spec(_container(db, secret)) | {
        "terminationGracePeriodSeconds": _GRACE_SECONDS,
        "volumes": [{"name": "run", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}],
    }


def _container(db: Server, secret: str) -> dict[str, Any]:
    # Over TCP: the image's own first-run server listens on the socket only, and is not it yet.
    ask = ["pg_isready", "--host=127.0.0.1", f"--username={db.user}", f"--dbname={db.database}"]
    ready = container.server_probe({"exec": {"command": ask}})
    return {
        "name": "postgres",
        "image": db.image,
        "imagePullPolicy": "IfNotPresent",
        "args": _arguments(db),
        "ports": [{"name": "postgres", "containerPort": contract.POSTGRES_PORT}],
        "env": _environment(db, secret),
        "resources": container.resources(db.resources),
        "securityContext": container.SECURITY,
        "startupProbe": ready | {"failureThreshold": _STARTUP_FAILURES},
        "readinessProbe": ready,
        # A busy server must not be killed for a slow answer: liveness only asks for the port.
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "postgres"}}),
        "volumeMounts": [
            {"name": _DATA, "mountPath": _FOLDER},
            {"name": "run", "mountPath": "/var/run/postgresql"},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  # the container's own
        ],
    }


def _arguments(db: Server) -> list[str]:
    settings = {
        "max_connections": db.max_connections,
        "superuser_reserved_connections": db.reserved_connections,
        # A quarter of the memory, as PostgreSQL's documentation advises (resource consumption).
        "shared_buffers": f"{db.resources.memory_limit_mib * 1024 // 4}kB",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _environment(db: Server, secret: str) -> list[dict[str, Any]]:
    stated = {
        "POSTGRES_DB": db.database,
        "POSTGRES_USER": db.user,
        "POSTGRES_INITDB_ARGS": "--data-checksums",
        # Not the image's default, which names the major since 18 and before it was the mount
        # itself: here every major finds the same folder, and refuses the data of another one.
        "PGDATA": f"{_FOLDER}/pgdata",
    }
    variables = [{"name": name, "value": value} for name, value in stated.items()]
    return [*variables, container.secret_variable("POSTGRES_PASSWORD", secret, "password")]
