"""The recorded-upstream server, which stands in for PubMed and ClinicalTrials.gov."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service

from infra import container, priority
from infra.flow import Flow
from infra.place import Place, labels
from profiles import Profile, contract
from profiles.upstreams import RecordedServer

_COMPONENT = contract.RECORDED_COMPONENT
_START_SECONDS = 60
"""Time that the server may take to read its records on a busy machine."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the stack's own recorded-upstream server; nothing where there is none."""
    server = profile.upstreams.server
    if server is None:
        return ()
    metadata = place.metadata(server.name, _COMPONENT)
    service = Service(
        "recorded", metadata=metadata, spec=_service_spec(server.name), opts=place.options()
    )
    deployment = Deployment(
        "recorded",
        metadata=metadata,
        spec=_spec(profile, server),
        opts=place.after(service).options(),
    )
    return service, deployment


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the service's way to the recorded-upstream server."""
    if profile.upstreams.server is None:
        return ()
    ports = (contract.RECORDED_PORT,)
    return (Flow(client=contract.SERVICE_COMPONENT, server=_COMPONENT, ports=ports),)


def _service_spec(name: str) -> dict[str, Any]:
    port = {"name": "http", "protocol": "TCP", "port": contract.RECORDED_PORT, "targetPort": "http"}
    return {"type": "ClusterIP", "selector": {"app": name}, "ports": [port]}


def _spec(profile: Profile, server: RecordedServer) -> dict[str, Any]:
    app = {"app": server.name}
    return {
        "replicas": 1,
        "selector": {"matchLabels": app},
        "template": {
            "metadata": {"labels": app | labels(server.name, _COMPONENT)},
            "spec": {
                **priority.of(profile, "service"),
                "automountServiceAccountToken": False,
                "enableServiceLinks": False,
                "securityContext": container.pod_security(profile.workload.run_as_user),
                "containers": [_container(server)],
            },
        },
    }


def _container(server: RecordedServer) -> dict[str, Any]:
    ask = {"httpGet": {"path": contract.RECORDED_HEALTH_PATH, "port": "http"}}
    return {
        "name": "recorded",
        "image": server.image,
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": contract.RECORDED_PORT}],
        "resources": container.resources(server.resources),
        "securityContext": container.SECURITY,
        "startupProbe": ask | {"periodSeconds": 1, "failureThreshold": _START_SECONDS},
        "readinessProbe": container.server_probe(ask),
        "livenessProbe": container.server_probe({"tcpSocket": {"port": "http"}}),
    }
