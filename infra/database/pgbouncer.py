"""PgBouncer in front of the stack's own server: Deployment, Service, settings and budget."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ConfigMap, Service
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from infra import container, digest, priority, spread
from infra.database import access, ini, tls
from infra.place import Place, labels
from profiles import Profile, contract
from profiles.demand import USERLIST
from profiles.postgres import Pooler, Server

_GRACE_SECONDS = 60
"""Time for running transactions to end; the statement timeout ends each before."""

_WITHDRAWAL_SECONDS = 5
"""Time until the Service no longer leads here."""

_SETTINGS, _USERS = "settings", "users"


def declare(profile: Profile, db: Server, pooler: Pooler, place: Place) -> tuple[Resource, ...]:
    """Declare the pooler; its budget only where there is a second pod to serve meanwhile."""
    metadata = place.metadata(pooler.name, contract.POOLER_COMPONENT)
    text = ini.text(profile, db, pooler)
    service = Service(
        "pooler", metadata=metadata, spec=_service_spec(pooler.name), opts=place.options()
    )
    config_map = ConfigMap("pooler", metadata=metadata, data={ini.FILE: text}, opts=place.options())
    deployment = Deployment(
        "pooler",
        metadata=metadata,
        spec=_spec(profile, db, pooler, digest.annotation({ini.FILE: text})),
        opts=place.after(service, config_map).options(),
    )
    return service, config_map, deployment, *_budget(pooler, place)


def _budget(pooler: Pooler, place: Place) -> tuple[PodDisruptionBudget, ...]:
    if pooler.replicas == 1:
        return ()
    return (
        PodDisruptionBudget(
            "pooler",
            metadata=place.metadata(pooler.name, contract.POOLER_COMPONENT),
            spec={"maxUnavailable": 1, "selector": {"matchLabels": {"app": pooler.name}}},
            opts=place.options(),
        ),
    )


def _service_spec(name: str) -> dict[str, Any]:
    port = {"protocol": "TCP", "port": contract.POOLER_PORT, "targetPort": "postgres"}
    return {"selector": {"app": name}, "ports": [{"name": "postgres"} | port]}


def _spec(
    profile: Profile, db: Server, pooler: Pooler, annotations: dict[str, str]
) -> dict[str, Any]:
    app = {"app": pooler.name}
    return {
        "replicas": pooler.replicas,
        "selector": {"matchLabels": app},
        # One at a time, and the next only when the last has surely ended: PL002 counts one more.
        "minReadySeconds": 2 * _WITHDRAWAL_SECONDS,
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
        },
        "template": {
            "metadata": {
                "labels": app | labels(pooler.name, contract.POOLER_COMPONENT),
                "annotations": annotations,
            },
            "spec": _pod(profile, db, pooler),
        },
    }


def _pod(profile: Profile, db: Server, pooler: Pooler) -> dict[str, Any]:
    return {
        **priority.of(profile, "stores"),
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": container.pod_security(container.IMAGE_USER),
        "terminationGracePeriodSeconds": _GRACE_SECONDS,
        "affinity": spread.affinity(pooler.name),
        "containers": [_container(profile, db, pooler)],
        "volumes": _volumes(profile, db, pooler),
    }


def _container(profile: Profile, db: Server, pooler: Pooler) -> dict[str, Any]:
    port = container.server_probe({"tcpSocket": {"port": "postgres"}})
    return {
        "name": "pgbouncer",
        "image": pooler.image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["pgbouncer", f"{ini.FOLDER}/{ini.FILE}"],
        "ports": [{"name": "postgres", "containerPort": contract.POOLER_PORT}],
        "resources": container.resources(pooler.resources),
        "securityContext": container.SECURITY,
        "lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", _leave()]}}},
        "readinessProbe": port,
        "livenessProbe": port,
        "volumeMounts": _mounts(profile, db),
    }


def _leave() -> str:
    """Return how the pooler ends: after every transaction, not after every client has left.

    SIGTERM, Kubernetes' own signal, waits since 1.23 for clients, whose pool never leaves.
    """
    return f"sleep {_WITHDRAWAL_SECONDS}; kill -INT 1; sleep {_GRACE_SECONDS}"


def _volumes(profile: Profile, db: Server, pooler: Pooler) -> list[dict[str, Any]]:
    names = profile.credentials
    item = {"key": USERLIST, "path": USERLIST}
    encryption = [tls.certificate(names.database_tls_secret)] if db.tls else []
    return [
        {"name": _SETTINGS, "configMap": {"name": pooler.name}},
        {"name": _USERS, "secret": {"secretName": names.database_secret, "items": [item]}},
        *encryption,
        *access.volumes(profile),
    ]


def _mounts(profile: Profile, db: Server) -> list[dict[str, Any]]:
    folders = {_SETTINGS: ini.FOLDER, _USERS: ini.USERS_FOLDER}
    own = [{"name": name, "mountPath": path, "readOnly": True} for name, path in folders.items()]
    return [*own, *tls.certificate_mounts(db), *access.mounts(profile)]
