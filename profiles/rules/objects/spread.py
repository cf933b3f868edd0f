"""Rule PL014: pods of several replicas are asked to stay apart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles.rules.objects.pods import Pods, pods_of
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.objects.search import of_kind, scaler, selects, spec_of

_MAXIMA = ("maxReplicas", "maxReplicaCount")
"""Most pods, as an autoscaler of Kubernetes' own and one of KEDA's state them."""

_REPLICATED = ("Deployment", "StatefulSet")


def _spread(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for workload in of_kind(objects, *_REPLICATED):
        count, pods = _count(objects, workload), pods_of(workload)
        if count >= 2:
            wishes = len(list(_own_wishes(pods.spec, pods.labels)))
            yield _comparison(
                pods.owner, "spec.template.spec.topologySpreadConstraints", count, wishes
            )
    for cluster in of_kind(objects, "Cluster"):
        count = int(spec_of(cluster).get("instances", 1))
        if count >= 2:
            # The operator's own default is to ask for other nodes.
            asked = (spec_of(cluster).get("affinity") or {}).get("enablePodAntiAffinity", True)
            yield _comparison(cluster, "spec.affinity.enablePodAntiAffinity", count, int(asked))
    for pooler in of_kind(objects, "Pooler"):
        count = int(spec_of(pooler).get("instances", 1))
        if count >= 2:
            yield _pooler(pooler, pods_of(pooler), count)


def _pooler(pooler: Object, pods: Pods, count: int) -> ObjectComparison:
    own = {"cnpg.io/poolerName": pooler["metadata"]["name"]}
    wishes = len(list(_own_wishes(pods.spec, {**pods.labels, **own})))
    return _comparison(pooler, "spec.template.spec.topologySpreadConstraints", count, wishes)


def _comparison(owner: Object, path: str, count: int, wishes: int) -> ObjectComparison:
    return ObjectComparison(
        object=owner,
        path=path,
        holds=wishes > 0,
        arithmetic=f"up to {count} pods, {wishes} spread constraints and anti-affinities that "
        "select them",
        fix="give the pods a topologySpreadConstraint or a podAntiAffinity that selects their own "
        "labels",
    )


def _count(objects: Sequence[Object], workload: Object) -> int:
    """Return the most pods that a workload comes to, an update's surge left out."""
    found = scaler(objects, workload)
    if found is None:
        replicas = spec_of(workload).get("replicas")
        return 1 if replicas is None else int(replicas)
    return max(int(spec_of(found).get(name, 0)) for name in _MAXIMA)


def _own_wishes(spec: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield the spread constraints and anti-affinities of a pod that select its own labels."""
    away = (spec.get("affinity") or {}).get("podAntiAffinity") or {}
    preferred = away.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    stated = (
        *(spec.get("topologySpreadConstraints") or ()),
        *(away.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
        *(each["podAffinityTerm"] for each in preferred),
    )
    return (each for each in stated if selects(each.get("labelSelector"), labels))


RULES = (
    ObjectRule(
        id="PL014",
        title="pods of several replicas are spread",
        severity="warning",
        reason="The scheduler may put all of them on one node, with which all are lost.",
        source="Kubernetes' documentation of topology spread constraints",
        incident="Moonlight, 2019: without anti-affinity all pods were on one host; total loss.",
        compare=_spread,
    ),
)
