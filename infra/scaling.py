"""The horizontal autoscaler of the service."""

from typing import Any

from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler

from infra.place import Place
from profiles import Profile, contract
from profiles.scaling import Scaling


def declare(profile: Profile, place: Place) -> tuple[HorizontalPodAutoscaler, ...]:
    """Declare the autoscaler, if the profile has one."""
    if profile.scaling is None:
        return ()
    name = profile.workload.name
    return (
        HorizontalPodAutoscaler(
            "scaling",
            metadata=place.metadata(name, contract.SERVICE_COMPONENT),
            spec=_spec(profile.scaling, name),
            opts=place.options(),
        ),
    )


def _spec(scaling: Scaling, deployment: str) -> dict[str, Any]:
    targets = {"cpu": scaling.cpu_request_percent, "memory": scaling.memory_request_percent}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment},
        "minReplicas": scaling.min_replicas,
        "maxReplicas": scaling.max_replicas,
        "metrics": [_metric(name, percent) for name, percent in targets.items() if percent],
        "behavior": {
            "scaleDown": {"stabilizationWindowSeconds": scaling.scale_down_stabilization_seconds}
        },
    }


def _metric(name: str, percent: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": name, "target": target}}
