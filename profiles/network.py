"""Which flows the namespace allows; all others are denied."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from profiles.section import CountOrNone, Name, Seconds, require, section


def _network(text: str) -> str:
    IPv4Network(text)
    return text


Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 network in CIDR form, without host bits."""


Host = Annotated[
    str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$")
]
"""A host name with at least one dot."""


@section
class Gateway:
    """A Gateway of the cluster that takes the stack's route."""

    name: Name
    """Name of the Gateway."""
    namespace: Name
    """Namespace it is in; it must allow routes from the stack's."""


@section
class Ingress:
    """How clients outside the cluster reach the service, by name and over TLS (SEC-04)."""

    kind: Literal["ingress", "httproute"]
    """An Ingress, or an HTTPRoute of the Gateway API, whose Gateway ends TLS."""
    host: Host
    """Host name of the service."""
    class_name: Name | None
    """Ingress class; null takes the cluster's default, and for an HTTPRoute."""
    tls_secret: Name | None
    """Secret with the certificate (`tls.crt`, `tls.key`); null for an HTTPRoute."""
    issuer: Name | None
    """cert-manager ClusterIssuer that fills the Secret; null expects it there."""
    gateway: Gateway | None
    """Gateway of the HTTPRoute; null for an Ingress."""
    controller_namespace: Name
    """Namespace of the pods that forward to the service."""

    def __post_init__(self) -> None:
        """Hold the kind to the fields it needs: nothing is served without TLS."""
        route = self.kind == "httproute"
        require(
            route == (self.gateway is not None),
            f"kind {self.kind!r} takes " + ("a gateway" if route else "gateway null"),
        )
        require(
            route == (self.tls_secret is None),
            f"kind {self.kind!r} takes "
            + ("tls_secret null: its Gateway ends TLS" if route else "a tls_secret"),
        )
        require(
            not route or (self.class_name is None and self.issuer is None),
            "kind 'httproute' takes class_name and issuer null: both are its Gateway's affair",
        )


@section
class Proxy:
    """What stands between clients and the service: a controller, a Gateway, a load balancer.

    Only a Gateway takes a time from the stack. The rest states how the other is set, for the rules
    that compare it with the service's own.
    """

    request_timeout_seconds: Seconds | None
    """Longest that a Gateway waits for an answer, in seconds; null: the longest request and a
    margin, so that the service's own 504 is told."""
    idle_timeout_seconds: Seconds
    """Time after which it gives up a connection over which nothing comes, a late answer included,
    in seconds; 60 is the default of AWS' load balancers and of ingress-nginx."""
    idle_connections: CountOrNone
    """Idle connections that all its workers together keep to one pod; 320 is what ingress-nginx
    keeps for each worker."""


@section
class Network:
    """The namespace's NetworkPolicies."""

    client_namespaces: tuple[Name, ...]
    """Namespaces whose pods may call the service; the stack's own is no exception."""
    monitoring_namespaces: tuple[Name, ...]
    """Namespaces whose pods may scrape the metrics port."""
    dns_namespace: Name
    """Namespace of the cluster's DNS."""
    upstream_cidrs: tuple[Cidr, ...]
    """Where HTTPS may go; a NetworkPolicy knows no host names, so this range is wide."""
    store_cidrs: tuple[Cidr, ...]
    """Where an external database or cache is; its address itself is in a Secret."""
    excluded_cidrs: tuple[Cidr, ...]
    """Ranges within those that stay closed: private networks and link-local metadata services."""
    api_server_cidrs: tuple[Cidr, ...]
    """Where the cluster's API is; only managed add-ons call it. A policy cannot name it."""
    proxy: Proxy
    """What stands before the service, where there is an ingress or a load balancer."""
    ingress: Ingress | None
    """How clients outside the cluster reach the service; null leaves it inside."""
