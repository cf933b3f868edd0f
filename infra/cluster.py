"""The namespace of the stack and its guard rails: Pod Security and quota."""

from typing import Any

from pulumi import ProviderResource
from pulumi_kubernetes.core.v1 import Namespace, ResourceQuota

from infra import quantity
from infra.place import Place, labels
from profiles import contract
from profiles.cluster import Cluster, Quota

_COMPONENT = "cluster"
_POD_SECURITY = "pod-security.kubernetes.io"


def declare(cluster: Cluster, provider: ProviderResource) -> Place:
    """Declare namespace and quota; what holds data is kept where the profile says so."""
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
    return place.after(quota)


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
