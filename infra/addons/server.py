"""What the add-ons have in common: one hardened pod, a name, and the rights that it needs."""

from dataclasses import dataclass, field
from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service, ServiceAccount
from pulumi_kubernetes.rbac.v1 import Role, RoleBinding

from infra import container, priority
from infra.place import Place, labels
from infra.priority import Rank
from profiles import Profile
from profiles.workload import Resources

NOBODY = 65_534
"""User of the official images of Flagger and Prometheus; it owns no file of any of them."""

_GROUP = "rbac.authorization.k8s.io"
_START_SECONDS = 60
"""Time that an add-on may take to answer on a busy node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An add-on's one pod."""

    name: str
    """Name of its Deployment, Service, account and `app` label."""
    component: str
    """Its component label."""
    image: str
    """Its image, which starts it by itself."""
    resources: Resources
    """Requests and limits."""
    arguments: tuple[str, ...]
    """Arguments of the image's own program."""
    port: int
    """Port that it listens on."""
    ready_path: str
    """Path that answers once it can serve."""
    start_path: str
    """Path that answers while it runs."""
    calls_api: bool = False
    """Whether it gets a token of the cluster's API, under an account of its own."""
    rank: Rank = "service"
    """Whose pods stay when a node is full."""
    variables: tuple[dict[str, Any], ...] = ()
    """Variables of its environment."""
    annotations: dict[str, str] = field(default_factory=dict)
    """Annotations of its pods."""
    volumes: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Mount path and source of each volume, by name."""


def deployment(server: Server, profile: Profile, place: Place) -> Deployment:
    """Declare the pod; the old one goes first, for two of one add-on would work twice."""
    app = {"app": server.name}
    metadata = {"labels": app | labels(server.name, server.component)}
    if server.annotations:
        metadata["annotations"] = server.annotations
    return Deployment(
        server.component,
        metadata=place.metadata(server.name, server.component),
        spec={
            "replicas": 1,
            "selector": {"matchLabels": app},
            "strategy": {"type": "Recreate"},
            "template": {"metadata": metadata, "spec": _pod(server, profile)},
        },
        opts=place.options(),
    )


def service(server: Server, port: int, place: Place) -> Service:
    """Declare the add-on's name and the port that it is asked at."""
    ports = [{"name": "http", "protocol": "TCP", "port": port, "targetPort": "http"}]
    return Service(
        server.component,
        metadata=place.metadata(server.name, server.component),
        spec={"type": "ClusterIP", "selector": {"app": server.name}, "ports": ports},
        opts=place.options(),
    )


def access(server: Server, rules: list[dict[str, Any]], place: Place) -> tuple[Resource, ...]:
    """Declare an account of the add-on's own and what it may do, in this namespace alone."""
    metadata = place.metadata(server.name, server.component)
    account = ServiceAccount(
        server.component,
        metadata=metadata,
        automount_service_account_token=False,
        opts=place.options(),
    )
    role = Role(server.component, metadata=metadata, rules=rules, opts=place.options())
    binding = RoleBinding(
        server.component,
        metadata=metadata,
        role_ref={"apiGroup": _GROUP, "kind": "Role", "name": server.name},
        subjects=[{"kind": "ServiceAccount", "name": server.name, "namespace": place.namespace}],
        opts=place.after(account, role).options(),
    )
    return account, role, binding


def _pod(server: Server, profile: Profile) -> dict[str, Any]:
    account = {"serviceAccountName": server.name} if server.calls_api else {}
    sources = [{"name": name} | source for name, (_, source) in server.volumes.items()]
    return {
        **priority.of(profile, server.rank),
        **account,
        "automountServiceAccountToken": server.calls_api,
        "enableServiceLinks": False,
        "securityContext": container.pod_security(NOBODY),
        "containers": [_container(server)],
    } | ({"volumes": sources} if sources else {})


def _container(server: Server) -> dict[str, Any]:
    ready = {"httpGet": {"path": server.ready_path, "port": "http"}}
    start = {"httpGet": {"path": server.start_path, "port": "http"}}
    mounts = [{"name": name, "mountPath": path} for name, (path, _) in server.volumes.items()]
    optional = {"env": list(server.variables), "volumeMounts": mounts}
    return {
        "name": server.component,
        "image": server.image,
        "imagePullPolicy": "IfNotPresent",
        "args": list(server.arguments),
        "ports": [{"name": "http", "containerPort": server.port}],
        "resources": container.resources(server.resources),
        "securityContext": container.SECURITY,
        "startupProbe": start | {"periodSeconds": 1, "failureThreshold": _START_SECONDS},
        "readinessProbe": container.server_probe(ready),
        # Another question than readiness': one that is slow is not killed for it.
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "http"}}),
    } | {name: value for name, value in optional.items() if value}
