"""The namespace of the stack and its guard rails: Pod Security, quota, limits."""

from typing import Any

from pulumi import ProviderResource
from pulumi_kubernetes.core.v1 import LimitRange, Namespace, ResourceQuota

from infra import quantity
from infra.place import Place, labels
from profiles import contract
from profiles.cluster import Cluster, Limits, Quota

_COMPONENT = "cluster"
_POD_SECURITY = "pod-security.kubernetes.io"


def declare(cluster: Cluster, provider: ProviderResource) -> Place:
    """Declare namespace, quota and limits; what holds data is kept where the profile says so."""
    place = Place(namespace=cluster.namespace, provider=provider)
    keep = cluster.retain_data
    namespace = Namespace(
        "namespace",
        metadata={"name": cluster.namespace, "labels": _namespace_labels(cluster)},
        opts=place.options(protect=keep, retain=keep),
    )
    place = place.after(namespace)
    quota = ResourceQuota(
        "quota",
        metadata=place.metadata(contract.PROJECT, _COMPONENT),
        spec={"hard": _hard(cluster.quota)},
        opts=place.options(),
    )
    return place.after(quota, *_limit_range(cluster.limits, place))


def _limit_range(limits: Limits | None, place: Place) -> tuple[LimitRange, ...]:
    if limits is None:
        return ()
    return (
        LimitRange(
            "limits",
            metadata=place.metadata(contract.PROJECT, _COMPONENT),
            spec={"limits": [_container_limits(limits)]},
            opts=place.options(),
        ),
    )


def _container_limits(limits: Limits) -> dict[str, Any]:
    return {
        "type": "Container",
        "defaultRequest": {
            "cpu": quantity.cpu(limits.default_cpu_request_millicores),
            "memory": quantity.memory(limits.default_memory_request_mib),
        },
        "default": {
            "cpu": quantity.cpu(limits.default_cpu_limit_millicores),
            "memory": quantity.memory(limits.default_memory_limit_mib),
        },
        "max": {
            "cpu": quantity.cpu(limits.max_cpu_millicores),
            "memory": quantity.memory(limits.max_memory_mib),
        },
    }


def _namespace_labels(cluster: Cluster) -> dict[str, str]:
    # Audit and warn are strict everywhere: what a looser namespace lets through is still seen.
    levels = {"enforce": cluster.pod_security, "audit": "restricted", "warn": "restricted"}
    version = f"v{contract.KUBERNETES_VERSION}"
    return labels(cluster.namespace, _COMPONENT) | {
        f"{_POD_SECURITY}/{mode}{suffix}": value
        for mode, level in levels.items()
        for suffix, value in (("", level), ("-version", version))
    }


def _hard(quota: Quota) -> dict[str, Any]:
    return {
        "requests.cpu": quantity.cpu(quota.cpu_request_millicores),
        "requests.memory": quantity.memory(quota.memory_request_mib),
        "requests.storage": quantity.storage(quota.storage_gib),
        "limits.cpu": quantity.cpu(quota.cpu_limit_millicores),
        "limits.memory": quantity.memory(quota.memory_limit_mib),
        "pods": str(quota.pods),
    }
