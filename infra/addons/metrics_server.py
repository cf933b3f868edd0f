"""metrics-server, for the whole cluster: what autoscalers and `kubectl top` ask."""

from dataclasses import replace
from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiregistration.v1 import APIService
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service, ServiceAccount
from pulumi_kubernetes.rbac.v1 import ClusterRole, ClusterRoleBinding, RoleBinding

from infra import container
from infra.addons.server import NOBODY
from infra.place import Place, labels
from profiles import Profile, contract
from profiles.addons import MetricsServer

NAME = "metrics-server"
"""Name of everything of it that has a name of its own."""

_NAMESPACE = "kube-system"
_COMPONENT = contract.METRICS_SERVER_COMPONENT
_GROUP = "rbac.authorization.k8s.io"
_SUBJECT = {"kind": "ServiceAccount", "name": NAME, "namespace": _NAMESPACE}
_METADATA = {"name": NAME, "labels": labels(NAME, _COMPONENT)}
_SCRATCH_MIB = 1
"""Room for the certificate that it makes for itself."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare it where it is managed; policies of the stack's namespace do not reach it."""
    section = profile.addons.metrics_server
    if section.provision != "managed":
        return ()
    place = replace(place, namespace=_NAMESPACE)
    metadata = place.metadata(NAME, _COMPONENT)
    options = place.options()
    account = ServiceAccount(
        _COMPONENT, metadata=metadata, automount_service_account_token=False, opts=options
    )
    granted = (account, *_access(metadata, place.after(account)))
    deployment = Deployment(
        _COMPONENT, metadata=metadata, spec=_spec(section), opts=place.after(*granted).options()
    )
    service = Service(_COMPONENT, metadata=metadata, spec=_service_spec(), opts=options)
    api = APIService(
        _COMPONENT,
        metadata={"name": "v1beta1.metrics.k8s.io", "labels": labels(NAME, _COMPONENT)},
        spec=_api_spec(),
        opts=place.after(service, deployment).options(),
    )
    return (*granted, deployment, service, api)


def _access(metadata: dict[str, Any], place: Place) -> tuple[Resource, ...]:
    """Declare its rights: kubelets' figures, and to ask the API who asks it for them."""
    opts = place.options()
    role = ClusterRole(_COMPONENT, metadata=_METADATA, rules=_RULES, opts=opts)
    bindings = {NAME: NAME, f"{NAME}-delegator": "system:auth-delegator"}
    return (
        role,
        *(
            ClusterRoleBinding(
                name,
                metadata=_METADATA | {"name": name},
                role_ref={"apiGroup": _GROUP, "kind": "ClusterRole", "name": granted},
                subjects=[_SUBJECT],
                opts=opts,
            )
            for name, granted in bindings.items()
        ),
        RoleBinding(
            _COMPONENT,
            metadata=metadata,
            role_ref={
                "apiGroup": _GROUP,
                "kind": "Role",
                "name": "extension-apiserver-authentication-reader",
            },
            subjects=[_SUBJECT],
            opts=opts,
        ),
    )


_RULES: list[dict[str, Any]] = [
    {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
    {"apiGroups": [""], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]},
]


def _service_spec() -> dict[str, Any]:
    port = {"name": "https", "protocol": "TCP", "port": contract.HTTPS_PORT, "targetPort": "https"}
    return {"type": "ClusterIP", "selector": {"app": NAME}, "ports": [port]}


def _api_spec() -> dict[str, Any]:
    return {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        # It signs its own certificate at every start, so there is no authority to name.
        "insecureSkipTLSVerify": True,
        "service": {"name": NAME, "namespace": _NAMESPACE},
    }


def _spec(section: MetricsServer) -> dict[str, Any]:
    app = {"app": NAME}
    return {
        "replicas": 1,
        "selector": {"matchLabels": app},
        "template": {
            "metadata": {"labels": app | labels(NAME, _COMPONENT)},
            "spec": {
                "priorityClassName": "system-cluster-critical",
                "serviceAccountName": NAME,
                "automountServiceAccountToken": True,
                "enableServiceLinks": False,
                "securityContext": container.pod_security(NOBODY),
                "containers": [_container(section)],
                "volumes": [container.memory_volume("scratch", _SCRATCH_MIB)],
            },
        },
    }


def _container(section: MetricsServer) -> dict[str, Any]:
    def ask(path: str) -> dict[str, Any]:
        return {"httpGet": {"path": path, "port": "https", "scheme": "HTTPS"}}

    return {
        "name": _COMPONENT,
        "image": section.image,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--cert-dir=/tmp",
            f"--secure-port={contract.METRICS_SERVER_PORT}",
            "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
            "--kubelet-use-node-status-port",
            "--metric-resolution=15s",
        ],
        "ports": [{"name": "https", "containerPort": contract.METRICS_SERVER_PORT}],
        "resources": container.resources(section.resources),
        "securityContext": container.SECURITY,
        "readinessProbe": container.server_probe(ask("/readyz")),
        "livenessProbe": container.server_probe(ask("/livez")),
        "volumeMounts": [{"name": "scratch", "mountPath": "/tmp"}],  # noqa: S108  # its own
    }
