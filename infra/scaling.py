"""The autoscalers of the service and of its workers: Kubernetes' own, or KEDA in front of it."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler

from infra import fleet
from infra.addons import prometheus
from infra.fleet import Fleet
from infra.flow import Flow, namespaces
from infra.place import Place
from profiles import Profile, contract
from profiles.scaling import Demand, Scaling

_AUTOSCALING = "autoscaling/v2"
_KEDA = "keda.sh/v1alpha1"
_ACTIVE_RUNS = "active-runs"
_QUEUE_WAIT = "queue-wait"
"""Names of the triggers, by which Flagger gives the primary queries of its own."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the autoscaler of each fleet that has one."""
    fleets = (fleet.service(profile), fleet.workers(profile))
    return tuple(_declare(profile, of, of.scaling, place) for of in fleets if of and of.scaling)


def _declare(profile: Profile, of: Fleet, scaling: Scaling, place: Place) -> Resource:
    metadata, name = place.metadata(of.name, of.component), f"{of.prefix}scaling"
    stated = spec(profile, of, scaling)
    if through_keda(scaling):
        return _scaled_object(name, stated, metadata, place)
    own: Resource = HorizontalPodAutoscaler(
        name, metadata=metadata, spec=stated, opts=place.options()
    )
    return own


def spec(profile: Profile, of: Fleet, scaling: Scaling) -> dict[str, Any]:
    """Return the autoscaler's spec, of whichever kind it is."""
    return (_keda_spec if through_keda(scaling) else _spec)(profile, of, scaling)


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the way of who reads the running graphs to the stack's own Prometheus."""
    workers = profile.workers.scaling if profile.workers else None
    demands = [each.demand for each in (profile.scaling, workers) if each and each.demand]
    if profile.addons.prometheus.provision != "managed":
        return ()
    ports = (contract.PROMETHEUS_PORT,)
    return tuple(
        Flow(client=namespaces(reader), server=contract.PROMETHEUS_COMPONENT, ports=ports)
        for reader in dict.fromkeys(demand.reader_namespace for demand in demands)
    )


def reference(profile: Profile, of: Fleet) -> dict[str, Any]:
    """Return the autoscaler as Flagger's `autoscalerRef` names it; empty without one.

    Flagger copies it for the primary. It would guess the primary's query by replacing the
    Deployment's name wherever that occurs, so the query is given.
    """
    scaling = of.scaling
    if scaling is None:
        return {}
    if not through_keda(scaling) or scaling.demand is None:
        return {"apiVersion": _AUTOSCALING, "kind": "HorizontalPodAutoscaler", "name": of.name}
    primary = of.name + contract.PRIMARY_SUFFIX
    queries = {
        trigger["name"]: trigger["metadata"]["query"]
        for trigger in _demanded(profile, primary, scaling.demand)
    }
    keda = {"apiVersion": _KEDA, "kind": "ScaledObject", "name": of.name}
    return keda | {"primaryScalerQueries": queries}


def through_keda(scaling: Scaling) -> bool:
    """Tell whether a ScaledObject stands before the autoscaler."""
    return scaling.demand is not None and scaling.demand.through == "keda"


def _spec(profile: Profile, of: Fleet, scaling: Scaling) -> dict[str, Any]:
    resources = [_metric(name, percent) for name, percent in _targets(scaling).items()]
    demanded = _external(profile, of, scaling.demand) if scaling.demand else []
    return {
        "scaleTargetRef": _target(of),
        "minReplicas": scaling.min_replicas,
        "maxReplicas": scaling.max_replicas,
        "metrics": [*resources, *demanded],
        "behavior": _behavior(scaling),
    }


def _target(of: Fleet) -> dict[str, str]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": of.name}


def _targets(scaling: Scaling) -> dict[str, int]:
    targets = {"cpu": scaling.cpu_request_percent, "memory": scaling.memory_request_percent}
    return {name: percent for name, percent in targets.items() if percent}


def _metric(name: str, percent: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def _external(profile: Profile, of: Fleet, demand: Demand) -> list[dict[str, Any]]:
    """Return the runs of the namespace, of which each pod is to have its share, and their wait.

    The API knows no pattern of pods: while a version is analysed, both fleets' runs count. The
    wait is the whole queue's in any case.
    """
    held = contract.GRAPH_ACTIVE if of.answers else contract.RUNS_HELD
    each = {"type": "AverageValue", "averageValue": str(demand.active_runs_per_pod)}
    longest = {"type": "Value", "value": f"{demand.queue_wait_ms}m"}  # a thousandth of a second
    wanted = [(held, each)]
    if demand.queue_wait_ms:
        wanted.append((contract.RUN_OLDEST_WAIT_SECONDS, longest))
    own = {"matchLabels": {"namespace": profile.cluster.namespace}}
    return [
        {"type": "External", "external": {"metric": {"name": name, "selector": own}, "target": to}}
        for name, to in wanted
    ]


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


def _scaled_object(
    name: str, spec: dict[str, Any], metadata: dict[str, Any], place: Place
) -> Resource:
    # KEDA takes over an autoscaler that was there before, by name, and refuses a second one.
    takes_over = {"scaledobject.keda.sh/transfer-hpa-ownership": "true"}
    own: Resource = CustomResource(
        name,
        api_version=_KEDA,
        kind="ScaledObject",
        metadata=metadata | {"annotations": takes_over},
        spec=spec,
        opts=place.options(),
    )
    return own


def _keda_spec(profile: Profile, of: Fleet, scaling: Scaling) -> dict[str, Any]:
    own = {"name": of.name, "behavior": _behavior(scaling)}
    return {
        "scaleTargetRef": _target(of),
        "minReplicaCount": scaling.min_replicas,
        "maxReplicaCount": scaling.max_replicas,
        "advanced": {"horizontalPodAutoscalerConfig": own},
        "triggers": _triggers(profile, of, scaling),
    }


def _triggers(profile: Profile, of: Fleet, scaling: Scaling) -> list[dict[str, Any]]:
    resources = [
        {"type": name, "metricType": "Utilization", "metadata": {"value": str(percent)}}
        for name, percent in _targets(scaling).items()
    ]
    demanded = _demanded(profile, of.name, scaling.demand) if scaling.demand else []
    return [*resources, *demanded]


def _demanded(profile: Profile, deployment: str, demand: Demand) -> list[dict[str, Any]]:
    """Return the triggers on the runs of a Deployment's pods, and on the wait of the queue."""
    share = str(demand.active_runs_per_pod)
    runs = _trigger(profile, _ACTIVE_RUNS, _query(profile, deployment), ("AverageValue", share))
    if demand.queue_wait_ms is None:
        return [runs]
    longest = ("Value", f"{demand.queue_wait_ms / 1000:.12g}")
    return [runs, _trigger(profile, _QUEUE_WAIT, _wait(profile), longest)]


def _trigger(profile: Profile, name: str, query: str, threshold: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": "prometheus",
        "name": name,
        "metricType": threshold[0],
        "metadata": {
            "serverAddress": prometheus.address(profile),
            "query": query,
            "threshold": threshold[1],
            # No samples is not no runs: then nothing is scaled down.
            "ignoreNullValues": "false",
        },
    }


def _query(profile: Profile, deployment: str) -> str:
    """Return the running graphs of a Deployment's pods: its name, a hash, and a suffix."""
    pods = f'namespace="{profile.cluster.namespace}",pod=~"{deployment}-[a-z0-9]+-[a-z0-9]+"'
    return f"sum({contract.GRAPH_ACTIVE}{{{pods}}})"


def _wait(profile: Profile) -> str:
    """Return the wait of the queue, which every pod shows as it last saw it."""
    own = f'namespace="{profile.cluster.namespace}"'
    return f"max({contract.RUN_OLDEST_WAIT_SECONDS}{{{own}}})"
