"""How clients outside the cluster reach the service: an Ingress, or a route of a Gateway."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.networking.v1 import Ingress

from infra.place import Place
from profiles import Profile, contract, derive
from profiles.network import Ingress as Section

_GATEWAY_API = "gateway.networking.k8s.io"


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the object that the profile asks for; nothing where the service stays inside.

    Whose proxy it is decides how long a request may take: an Ingress has no field for it, only
    annotations of each controller, so an idle timeout below `api.request_timeout_seconds` is the
    controller's to raise (PL017 compares `network.proxy` with it). A route has one.
    """
    ingress = profile.network.ingress
    if ingress is None or flagger_routes(profile):
        return ()
    if ingress.kind == "httproute":
        return (_route(profile, ingress, place),)
    metadata = place.metadata(profile.workload.service_name, contract.SERVICE_COMPONENT)
    annotations = _annotations(ingress)
    return (
        Ingress(
            "ingress",
            metadata=metadata | {"annotations": annotations},
            spec=_ingress_spec(profile, ingress),
            opts=place.options(),
        ),
    )


def flagger_routes(profile: Profile) -> bool:
    """Return whether Flagger makes the route itself, because it moves the weights in it."""
    analysis = profile.rollout.analysis
    return analysis is not None and analysis.provider == "gatewayapi"


def gateways(ingress: Section) -> list[dict[str, str]]:
    """Return the Gateway of a route as its parents."""
    if ingress.gateway is None:
        return []
    gateway = {"name": ingress.gateway.name, "namespace": ingress.gateway.namespace}
    return [{"group": _GATEWAY_API, "kind": "Gateway"} | gateway]


def timeout(profile: Profile) -> str:
    """Return how long a Gateway may wait for an answer, as the Gateway API writes durations."""
    minutes, seconds = divmod(derive.proxy_request_seconds(profile), 60)
    hours, minutes = divmod(minutes, 60)
    parts = {"h": hours, "m": minutes, "s": seconds}
    return "".join(f"{number}{unit}" for unit, number in parts.items() if number)


def _annotations(ingress: Section) -> dict[str, str]:
    # Pulumi would wait for an address, which not every controller reports, and for a Service,
    # which Flagger makes later.
    waits = {"pulumi.com/skipAwait": "true"}
    return waits | ({"cert-manager.io/cluster-issuer": ingress.issuer} if ingress.issuer else {})


def _ingress_spec(profile: Profile, ingress: Section) -> dict[str, Any]:
    service = {"name": profile.workload.service_name, "port": {"name": "http"}}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": service}}
    return ({"ingressClassName": ingress.class_name} if ingress.class_name else {}) | {
        "tls": [{"hosts": [ingress.host], "secretName": ingress.tls_secret}],
        "rules": [{"host": ingress.host, "http": {"paths": [path]}}],
    }


def _route(profile: Profile, ingress: Section, place: Place) -> CustomResource:
    name = profile.workload.service_name
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [{"name": name, "port": contract.HTTP_PORT}],
        "timeouts": {"request": timeout(profile)},
    }
    return CustomResource(
        "ingress",
        api_version=f"{_GATEWAY_API}/v1",
        kind="HTTPRoute",
        metadata=place.metadata(name, contract.SERVICE_COMPONENT),
        spec={"parentRefs": gateways(ingress), "hostnames": [ingress.host], "rules": [rule]},
        opts=place.options(),
    )
