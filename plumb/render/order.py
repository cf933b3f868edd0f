"""The order in which manifests are applied: by dependency, then by kind and name."""

from collections.abc import Mapping
from graphlib import TopologicalSorter

_KINDS = (
    "Namespace",
    "ResourceQuota",
    "NetworkPolicy",
    "ServiceAccount",
    "ConfigMap",
    "PersistentVolumeClaim",
    "Service",
    "StatefulSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
)
_WEIGHTS = {kind: weight for weight, kind in enumerate(_KINDS)}


def ordered(dependencies: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the identities (`Kind/name`), each after those it depends on.

    The order follows from the identities alone, whatever order the mapping is in.
    """
    sorter = TopologicalSorter(dependencies)
    sorter.prepare()
    result: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=_rank)
        result += ready
        sorter.done(*ready)
    return tuple(result)


def _rank(identity: str) -> tuple[int, str]:
    return _WEIGHTS.get(identity.partition("/")[0], len(_KINDS)), identity
