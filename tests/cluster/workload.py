"""Objects that the cluster tests apply: a small web service made of busybox."""

from typing import Any

from plumb.local.image import BUSYBOX

PORT = 8080
"""Port that the web service listens on."""


def pod_template(name: str, script: str) -> dict[str, Any]:
    """Return a pod as the restricted Pod Security standard wants it, running a shell script."""
    container = {
        "name": "main",
        "image": BUSYBOX,
        "imagePullPolicy": "Never",
        "command": ["/bin/sh", "-c", script],
        "resources": {
            "requests": {"cpu": "20m", "memory": "16Mi"},
            "limits": {"cpu": "200m", "memory": "32Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    security = {
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "fsGroup": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    spec = {"containers": [container], "securityContext": security}
    # nothing in these tests has anything to finish
    spec["terminationGracePeriodSeconds"] = 1  # type: ignore[assignment]  # a JSON object
    return {"metadata": {"labels": {"app": name}}, "spec": spec}


def deployment(name: str, script: str, replicas: int = 1) -> dict[str, Any]:
    """Return a Deployment of pods that run a shell script."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": pod_template(name, script),
        },
    }


def web(name: str, replicas: int = 1) -> list[dict[str, Any]]:
    """Return a Deployment that answers with its pod's name over HTTP, and its Service."""
    script = f"hostname > /tmp/index.html; exec httpd -f -p {PORT} -h /tmp"
    made = deployment(name, script, replicas)
    pod = made["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "tmp", "emptyDir": {}}]
    pod["containers"][0]["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": PORT}]},
    }
    return [made, service]


def spread(made: dict[str, Any]) -> dict[str, Any]:
    """Return a Deployment whose pods must lie in zones of their own."""
    constraint = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": made["spec"]["selector"],
    }
    made["spec"]["template"]["spec"]["topologySpreadConstraints"] = [constraint]
    return made


def autoscaler(name: str) -> dict[str, Any]:
    """Return an autoscaler on the CPU of a Deployment."""
    target = {"type": "Utilization", "averageUtilization": 50}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": 1,
            "maxReplicas": 2,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        },
    }


def claim(name: str) -> dict[str, Any]:
    """Return a claim that names no storage class."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "16Mi"}},
        },
    }
