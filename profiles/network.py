"""Which flows the namespace allows; all others are denied."""

from typing import Annotated

from pydantic import Field

from profiles.section import Name, section

Cidr = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$")]


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
    excluded_cidrs: tuple[Cidr, ...]
    """Ranges within those that stay closed: private networks and link-local metadata services."""
