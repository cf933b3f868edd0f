"""The objects that make a bare Kubernetes usable: DNS, metrics, and a default storage class."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from plumb.local.certificate import Authority
from plumb.local.controlplane import DNS_PORT, METRICS_PORT
from plumb.local.network import CONTROL_PLANE, DNS_SERVICE

METRICS_API = "v1beta1.metrics.k8s.io"
"""Name of the API that metrics-server answers."""

_SYSTEM = "kube-system"


def manifests(authority: Authority) -> list[dict[str, Any]]:
    """Return the objects of DNS and metrics, whose daemons run beside the control plane."""
    dns = [("dns", "UDP", DNS_PORT, DNS_PORT), ("dns-tcp", "TCP", DNS_PORT, DNS_PORT)]
    return [
        *_outside("kube-dns", dns, cluster_ip=str(DNS_SERVICE)),
        *_outside("metrics-server", [("https", "TCP", 443, METRICS_PORT)]),
        _metrics_api(authority),
    ]


def as_list(objects: list[dict[str, Any]]) -> str:
    """Return objects as one JSON document that kubectl applies."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def _outside(
    name: str, ports: list[tuple[str, str, int, int]], cluster_ip: str | None = None
) -> list[dict[str, Any]]:
    """Return a service without pods, and the endpoints it leads to: the control plane."""
    service: dict[str, Any] = {
        "ports": [
            {"name": port, "protocol": protocol, "port": outer, "targetPort": inner}
            for port, protocol, outer, inner in ports
        ]
    }
    if cluster_ip:
        service["clusterIP"] = cluster_ip
    metadata: Mapping[str, Any] = {"name": name, "namespace": _SYSTEM}
    labels = {
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "plumbline",
    }
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": service},
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**metadata, "labels": labels},
            "addressType": "IPv4",
            "ports": [
                {"name": port, "protocol": protocol, "port": inner}
                for port, protocol, _, inner in ports
            ],
            "endpoints": [{"addresses": [str(CONTROL_PLANE)], "conditions": {"ready": True}}],
        },
    ]


def _metrics_api(authority: Authority) -> dict[str, Any]:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": METRICS_API},
        "spec": {
            "group": "metrics.k8s.io",
            "version": "v1beta1",
            "service": {"name": "metrics-server", "namespace": _SYSTEM},
            "caBundle": base64.b64encode(authority.certificate().read_bytes()).decode(),
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
        },
    }
