"""What all containers of the stack have in common: hardening, resources, secret variables."""

from typing import Any

from infra import quantity
from profiles.workload import Resources

IMAGE_USER = 999
"""User of the official postgres and redis images on Debian; Redis' Alpine image has it too."""

_DISK = "ephemeral-storage"
_DISK_REQUEST_MIB, _DISK_LIMIT_MIB = 64, 1024
"""Disk of the node for a container's logs, which the kubelet turns over at 5 x 10 MiB, and for its
temporary files: a pod that fills a node's disk takes every other pod there with it."""

SECURITY: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
"""Security context of every container: Pod Security `restricted`, and a read-only root."""


def pod_security(user: int) -> dict[str, Any]:
    """Return the security context of a pod that runs, and owns its volumes, as this user."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def resources(section: Resources, disk_mib: int = 0) -> dict[str, Any]:
    """Return requests and limits; a request that is null is left to Kubernetes (the limit).

    `disk_mib` is what the container keeps on the node's disk beside logs and temporary files.
    """
    cpu, mebibytes = section.cpu_request_millicores, section.memory_request_mib
    requests = ({"cpu": quantity.cpu(cpu)} if cpu else {}) | (
        {"memory": quantity.memory(mebibytes)} if mebibytes else {}
    )
    limits = {
        "cpu": quantity.cpu(section.cpu_limit_millicores),
        "memory": quantity.memory(section.memory_limit_mib),
        _DISK: quantity.memory(_DISK_LIMIT_MIB + disk_mib),
    }
    return {"limits": limits, "requests": {_DISK: quantity.memory(_DISK_REQUEST_MIB), **requests}}


def secret_variable(
    variable: str, secret: str, key: str, *, optional: bool = False
) -> dict[str, Any]:
    """Return an environment variable whose value only the kubelet reads."""
    reference: dict[str, Any] = {"name": secret, "key": key}
    if optional:
        reference["optional"] = True
    return {"name": variable, "valueFrom": {"secretKeyRef": reference}}


def memory_volume(name: str, mebibytes: int) -> dict[str, Any]:
    """Return a volume in memory, which counts against the container's limit."""
    return {"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": quantity.memory(mebibytes)}}


def server_probe(action: dict[str, Any]) -> dict[str, Any]:
    """Return a probe of a server of the stack's own: every 10 s, 5 s, 5 times (INF-14, INF-15)."""
    return {**action, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 5}
