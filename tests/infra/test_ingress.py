"""How clients outside the cluster reach the service."""

from typing import Any

import pytest

from plumb.render import Rendered
from tests.infra.edit import body, edited
from tests.stacks import STACKS, rendered

SERVICE = "bio-mcp-orchestrator-service"
HOST = "orchestrator.example.org"
INGRESS: dict[str, Any] = {
    "kind": "ingress",
    "host": HOST,
    "class_name": "nginx",
    "tls_secret": "orchestrator-tls",
    "issuer": "letsencrypt",
    "gateway": None,
    "controller_namespace": "ingress-nginx",
}
ROUTE = INGRESS | {
    "kind": "httproute",
    "class_name": None,
    "tls_secret": None,
    "issuer": None,
    "gateway": {"name": "public", "namespace": "gateways"},
}
WEIGHTED = {
    "provider": "gatewayapi",
    "iterations": None,
    "weights": {"step_percent": 10, "max_percent": 50},
}


def opened(ingress: dict[str, Any], stack: str = "production", **sections: Any) -> Rendered:
    """Return a stack's render with this way in."""
    addons = {"gateway_api": {"provision": "existing"}}
    return edited(stack, network={"ingress": ingress}, addons=addons, **sections)


def test_an_ingress_serves_the_host_over_tls() -> None:
    """SEC-04: the host's certificate is in the Secret that the profile names."""
    spec = body(opened(INGRESS), "Ingress")["spec"]
    assert spec["tls"] == [{"hosts": [HOST], "secretName": "orchestrator-tls"}]
    assert spec["ingressClassName"] == "nginx"


def test_an_ingress_leads_to_the_http_port_alone() -> None:
    """Everything below `/` goes to the API; metrics stay inside (CON-04)."""
    (rule,) = body(opened(INGRESS), "Ingress")["spec"]["rules"]
    assert rule["host"] == HOST
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/", "Prefix")
    assert path["backend"]["service"] == {"name": SERVICE, "port": {"name": "http"}}


def test_the_port_that_an_ingress_names_is_the_services() -> None:
    """Whoever makes the Service, Flagger or the stack, its port is called so."""
    canary = body(opened(INGRESS), "Canary")["spec"]["service"]
    assert (canary["name"], canary["portName"]) == (SERVICE, "http")
    own = body(opened(INGRESS, stack="development"), "Service", SERVICE)["spec"]
    assert "http" in [port["name"] for port in own["ports"]]


def test_an_issuer_fills_the_secret_where_there_is_one() -> None:
    """cert-manager reads an annotation; without an issuer it is not spoken to."""
    key = "cert-manager.io/cluster-issuer"
    assert body(opened(INGRESS), "Ingress")["metadata"]["annotations"][key] == "letsencrypt"
    plain = body(opened(INGRESS | {"issuer": None}), "Ingress")["metadata"]["annotations"]
    assert key not in plain


def test_the_clusters_default_class_is_left_to_the_cluster() -> None:
    """A null class is no empty class, which would be no class at all."""
    assert "ingressClassName" not in body(opened(INGRESS | {"class_name": None}), "Ingress")["spec"]


def test_a_route_hangs_on_the_gateway_that_the_profile_names() -> None:
    """Its Gateway may be another team's, in another namespace."""
    spec = body(opened(ROUTE), "HTTPRoute")["spec"]
    (parent,) = spec["parentRefs"]
    assert (parent["kind"], parent["name"], parent["namespace"]) == (
        "Gateway",
        "public",
        "gateways",
    )
    assert spec["hostnames"] == [HOST]
    (rule,) = spec["rules"]
    assert rule["backendRefs"] == [{"name": SERVICE, "port": 8000}]


@pytest.mark.parametrize(("seconds", "text"), [(30, "35s"), (60, "1m5s"), (31_536_000, "8760h5s")])
def test_a_gateway_waits_longer_than_the_service_works(seconds: int, text: str) -> None:
    """Rule PL017: the service's own 504 is what the client sees; a duration has short numbers."""
    grace = {"workload": {"termination_grace_seconds": None}}
    result = opened(ROUTE, stack="development", api={"request_timeout_seconds": seconds}, **grace)
    (rule,) = body(result, "HTTPRoute")["spec"]["rules"]
    assert rule["timeouts"] == {"request": text}


def test_a_gateway_waits_as_long_as_the_stack_says() -> None:
    """Rule PL017: what it compares is what the route has."""
    result = edited(
        "development",
        network={"ingress": ROUTE, "proxy": {"request_timeout_seconds": 90}},
        addons={"gateway_api": {"provision": "existing"}},
    )
    (rule,) = body(result, "HTTPRoute")["spec"]["rules"]
    assert rule["timeouts"] == {"request": "1m30s"}


def test_flagger_makes_the_route_where_it_moves_the_weights() -> None:
    """Two routes of one host would share the requests between them."""
    result = opened(ROUTE, rollout={"analysis": WEIGHTED})
    assert not [m for m in result.manifests if m.kind in ("HTTPRoute", "Ingress")]


@pytest.mark.parametrize("stack", STACKS)
def test_without_an_ingress_nothing_leads_in(stack: str) -> None:
    """An unset part leaves nothing behind; CON-04: inside the cluster is the default."""
    assert not [m for m in rendered(stack).manifests if m.kind in ("HTTPRoute", "Ingress")]
