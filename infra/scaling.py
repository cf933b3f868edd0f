"""The autoscaler of the service: Kubernetes' own, or KEDA in front of it."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler

from infra.addons import prometheus
from infra.flow import Flow, namespaces
from infra.place import Place
from profiles import Profile, contract
from profiles.scaling import Demand, Scaling

_AUTOSCALING = "autoscaling/v2"
_KEDA = "keda.sh/v1alpha1"
_ACTIVE_RUNS = "active-runs"
"""Name of the trigger, by which Flagger gives the primary a query of its own."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the autoscaler, if the profile has one."""
    if profile.scaling is None:
        return ()
    metadata = place.metadata(profile.workload.name, contract.SERVICE_COMPONENT)
    stated = spec(profile, profile.scaling)
    if _through_keda(profile.scaling):
        return (_scaled_object(stated, metadata, place),)
    return (
        HorizontalPodAutoscaler("scaling", metadata=metadata, spec=stated, opts=place.options()),
    )


def spec(profile: Profile, scaling: Scaling) -> dict[str, Any]:
    """Return the autoscaler's spec, of whichever kind it is."""
    return (_keda_spec if _through_keda(scaling) else _spec)(profile, scaling)


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the way of who reads the running graphs to the stack's own Prometheus."""
    demand = profile.scaling.demand if profile.scaling else None
    if demand is None or profile.addons.prometheus.provision != "managed":
        return ()
    readers = namespaces(demand.reader_namespace)
    ports = (contract.PROMETHEUS_PORT,)
    return (Flow(client=readers, server=contract.PROMETHEUS_COMPONENT, ports=ports),)


def reference(profile: Profile) -> dict[str, Any]:
    """Return the autoscaler as Flagger's `autoscalerRef` names it; empty without one.

    Flagger copies it for the primary. It would guess the primary's query by replacing the
    Deployment's name wherever that occurs, so the query is given.
    """
    scaling, name = profile.scaling, profile.workload.name
    if scaling is None:
        return {}
    if not _through_keda(scaling):
        return {"apiVersion": _AUTOSCALING, "kind": "HorizontalPodAutoscaler", "name": name}
    queries = {_ACTIVE_RUNS: _query(profile, name + contract.PRIMARY_SUFFIX)}
    keda = {"apiVersion": _KEDA, "kind": "ScaledObject", "name": name}
    return keda | {"primaryScalerQueries": queries}


def _through_keda(scaling: Scaling) -> bool:
    return scaling.demand is not None and scaling.demand.through == "keda"


def _spec(profile: Profile, scaling: Scaling) -> dict[str, Any]:
    resources = [_metric(name, percent) for name, percent in _targets(scaling).items()]
    demanded = [_external(profile, scaling.demand)] if scaling.demand else []
    return {
        "scaleTargetRef": _target(profile),
        "minReplicas": scaling.min_replicas,
        "maxReplicas": scaling.max_replicas,
        "metrics": [*resources, *demanded],
        "behavior": _behavior(scaling),
    }


def _target(profile: Profile) -> dict[str, str]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": profile.workload.name}


def _targets(scaling: Scaling) -> dict[str, int]:
    targets = {"cpu": scaling.cpu_request_percent, "memory": scaling.memory_request_percent}
    return {name: percent for name, percent in targets.items() if percent}


def _metric(name: str, percent: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def _external(profile: Profile, demand: Demand) -> dict[str, Any]:
    """Return the running graphs of the namespace, of which each pod is to have its share.

    The API knows no pattern of pods: while a version is analysed, both fleets' runs count.
    """
    own = {"matchLabels": {"namespace": profile.cluster.namespace}}
    target = {"type": "AverageValue", "averageValue": str(demand.active_runs_per_pod)}
    metric = {"name": contract.GRAPH_ACTIVE, "selector": own}
    return {"type": "External", "external": {"metric": metric, "target": target}}


def _behavior(scaling: Scaling) -> dict[str, Any]:
    fewer = {"type": "Pods", "value": scaling.scale_down_pods_per_minute, "periodSeconds": 60}
    return {
        # Kubernetes' own policies: four pods, or as many as there are, in 15 s.
        "scaleUp": {"stabilizationWindowSeconds": scaling.scale_up_stabilization_seconds},
        "scaleDown": {
            "stabilizationWindowSeconds": scaling.scale_down_stabilization_seconds,
            "policies": [fewer],
        },
    }


def _scaled_object(spec: dict[str, Any], metadata: dict[str, Any], place: Place) -> CustomResource:
    # KEDA takes over an autoscaler that was there before, by name, and refuses a second one.
    takes_over = {"scaledobject.keda.sh/transfer-hpa-ownership": "true"}
    return CustomResource(
        "scaling",
        api_version=_KEDA,
        kind="ScaledObject",
        metadata=metadata | {"annotations": takes_over},
        spec=spec,
        opts=place.options(),
    )


def _keda_spec(profile: Profile, scaling: Scaling) -> dict[str, Any]:
    own = {"name": profile.workload.name, "behavior": _behavior(scaling)}
    return {
        "scaleTargetRef": _target(profile),
        "minReplicaCount": scaling.min_replicas,
        "maxReplicaCount": scaling.max_replicas,
        "advanced": {"horizontalPodAutoscalerConfig": own},
        "triggers": _triggers(profile, scaling),
    }


def _triggers(profile: Profile, scaling: Scaling) -> list[dict[str, Any]]:
    resources = [
        {"type": name, "metricType": "Utilization", "metadata": {"value": str(percent)}}
        for name, percent in _targets(scaling).items()
    ]
    return [*resources, *([_active_runs(profile, scaling.demand)] if scaling.demand else [])]


def _active_runs(profile: Profile, demand: Demand) -> dict[str, Any]:
    return {
        "type": "prometheus",
        "name": _ACTIVE_RUNS,
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": prometheus.address(profile),
            "query": _query(profile, profile.workload.name),
            "threshold": str(demand.active_runs_per_pod),
            # No samples is not no runs: then nothing is scaled down.
            "ignoreNullValues": "false",
        },
    }


def _query(profile: Profile, deployment: str) -> str:
    """Return the running graphs of a Deployment's pods: its name, a hash, and a suffix."""
    pods = f'namespace="{profile.cluster.namespace}",pod=~"{deployment}-[a-z0-9]+-[a-z0-9]+"'
    return f"sum({contract.GRAPH_ACTIVE}{{{pods}}})"
