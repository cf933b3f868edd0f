"""The Service by which users reach the pods that serve them.

The stack declares it in every mode, so that it outlives a change of mode with its address and its
load balancer. Under Flagger it states no selector: Flagger sets it to the primary's pods once they
are ready, and back to the Deployment's when the Canary is deleted. Ports must then be what Flagger
would write, or the two would undo each other's.
"""

from typing import Any

from pulumi_kubernetes.core.v1 import Service

from infra.place import Place
from profiles import Profile, contract


def declare(profile: Profile, place: Place) -> Service:
    """Declare the Service."""
    metadata = place.metadata(profile.workload.service_name, contract.SERVICE_COMPONENT)
    if _is_flaggers(profile):
        # Pulumi would wait for pods behind it, before the Canary that brings them is declared.
        metadata |= {"annotations": {"pulumi.com/skipAwait": "true"}}
    return Service("orchestrator", metadata=metadata, spec=_spec(profile), opts=place.options())


def _is_flaggers(profile: Profile) -> bool:
    return profile.rollout.mode == "flagger"


def _spec(profile: Profile) -> dict[str, Any]:
    workload = profile.workload
    selector = {} if _is_flaggers(profile) else {"selector": {"app": workload.name}}
    ports = [_port("http", contract.HTTP_PORT, "http")]
    if workload.service_type == "ClusterIP":  # a LoadBalancer leaves the metrics in the cluster
        ports.append(_port("metrics", contract.METRICS_PORT, contract.METRICS_PORT))
    return {"type": workload.service_type, **selector, "ports": ports}


def _port(name: str, port: int, target: str | int) -> dict[str, Any]:
    return {"name": name, "protocol": "TCP", "port": port, "targetPort": target}
