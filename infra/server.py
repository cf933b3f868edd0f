"""What the stack's own servers, database and cache, have in common: one pod behind one name."""

from typing import Any

from infra import container, priority
from infra.place import labels
from profiles import Profile


def service_spec(name: str, port_name: str, port: int) -> dict[str, Any]:
    """Return a headless Service: the name resolves to the one pod, without a hop between."""
    return {
        "clusterIP": "None",
        "selector": {"app": name},
        "ports": [{"name": port_name, "protocol": "TCP", "port": port, "targetPort": port_name}],
    }


def stateful_set_spec(
    name: str, component: str, pod: dict[str, Any], annotations: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return a StatefulSet of one pod, with these annotations, behind the Service of its name."""
    annotated = {"annotations": annotations} if annotations else {}
    return {
        "replicas": 1,
        "serviceName": name,
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name} | labels(name, component)} | annotated,
            "spec": pod,
        },
    }


def pod_spec(profile: Profile, of_container: dict[str, Any]) -> dict[str, Any]:
    """Return the spec of a hardened pod that runs the official image's user."""
    return {
        **priority.of(profile, "stores"),
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": container.pod_security(container.IMAGE_USER),
        "containers": [of_container],
    }
