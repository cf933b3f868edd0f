"""The stack's own Postgres: one pod, its claim, and the Service in front of it."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import StatefulSet
from pulumi_kubernetes.core.v1 import Service

from infra import container, digest, server
from infra.database import major, tls
from infra.database.claim import claim_spec
from infra.database.settings import settings
from infra.place import Place
from profiles import Profile, contract
from profiles.demand import PASSWORD
from profiles.postgres import Server

_GRACE_SECONDS = 120
"""Time for Postgres' shutdown checkpoint, which writes all dirty buffers."""

_START_SECONDS = 600
"""Time that a start may take: crash recovery replays the log before Postgres answers."""

_SHM = "shm"
_FOLDERS = {"run": "/var/run/postgresql", "tmp": "/tmp"}  # noqa: S108  # the container's own


def declare(profile: Profile, db: Server, place: Place) -> tuple[Resource, ...]:
    """Declare the Service, the access rules and the StatefulSet."""
    metadata = place.metadata(db.name, contract.DATABASE_COMPONENT)
    service = Service(
        "database",
        metadata=metadata,
        spec=server.service_spec(db.name, "postgres", contract.POSTGRES_PORT),
        opts=place.options(),
    )
    rules = tls.declare(db, place)
    # Protected against replacement, not retained: its claim outlives it, and a Postgres that runs
    # on after the stack is gone serves nobody.
    stateful_set = StatefulSet(
        "database",
        metadata=metadata,
        spec=_spec(profile, db),
        opts=place.after(service, *rules).options(
            protect=profile.cluster.retain_data, timeout_seconds=_GRACE_SECONDS + _START_SECONDS
        ),
    )
    return service, *rules, stateful_set


def _spec(profile: Profile, db: Server) -> dict[str, Any]:
    claim = {
        "metadata": {"name": major.DATA},
        "spec": claim_spec(db.storage_gib, db.storage_class),
    }
    annotations = digest.annotation(tls.access_rules()) if db.tls else {}
    pod = _pod(profile, db)
    return server.stateful_set_spec(db.name, contract.DATABASE_COMPONENT, pod, annotations) | {
        "volumeClaimTemplates": [claim],
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }


def _pod(profile: Profile, db: Server) -> dict[str, Any]:
    names = profile.credentials
    return server.pod_spec(profile, _container(db, names.database_secret)) | {
        "terminationGracePeriodSeconds": _GRACE_SECONDS,
        "initContainers": [major.check(db)],
        "volumes": [
            *({"name": name, "emptyDir": {}} for name in _FOLDERS),
            # The node's default is 64 MiB that no limit counts.
            container.memory_volume(_SHM, db.memory.shm_kib // 1024),
            *tls.volumes(db, names.database_tls_secret),
        ],
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
        "startupProbe": ready | {"failureThreshold": _START_SECONDS // ready["periodSeconds"]},
        "readinessProbe": ready,
        # A busy server must not be killed for a slow answer: liveness only asks for the port.
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "postgres"}}),
        "volumeMounts": [
            {"name": major.DATA, "mountPath": major.FOLDER},
            *({"name": name, "mountPath": path} for name, path in _FOLDERS.items()),
            {"name": _SHM, "mountPath": "/dev/shm"},  # noqa: S108  # the container's own
            *tls.mounts(db),
        ],
    }


def _arguments(db: Server) -> list[str]:
    stated = settings(db) | tls.settings(db)
    return [part for name, value in stated.items() for part in ("-c", f"{name}={value}")]


def _environment(db: Server, secret: str) -> list[dict[str, Any]]:
    stated = {
        "POSTGRES_DB": db.database,
        "POSTGRES_USER": db.user,
        "POSTGRES_INITDB_ARGS": "--data-checksums",
        "PGDATA": major.PGDATA,
    }
    variables = [{"name": name, "value": value} for name, value in stated.items()]
    return [*variables, container.secret_variable("POSTGRES_PASSWORD", secret, PASSWORD)]
