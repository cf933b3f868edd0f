"""Which flows the namespace allows; all others are denied."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator

from profiles.section import Name, section


def _network(text: str) -> str:
    IPv4Network(text)
    return text


Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 network in CIDR form, without host bits."""


@section
class Network:
    """The namespace's NetworkPolicies."""

    client_namespaces: tuple[Name, ...]
    """Namespaces whose pods may call the service; the stack's own always may."""
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
