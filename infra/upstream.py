"""Flows of the service to its sources: ranges of addresses outside, namespaces inside."""

from ipaddress import IPv4Network
from typing import Any
from urllib.parse import urlsplit

from infra.flow import Flow, Outside, namespaces
from profiles import Profile, contract
from profiles.network import Network

_DEFAULT_PORTS = {"http": 80, "https": contract.HTTPS_PORT}
_LOOPBACK = ("localhost", "127.0.0.1")


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return the flows towards the sources that the profile's `upstreams.source` asks.

    A policy knows addresses and pods, no host names and no Services. So it cannot say "PubMed and
    nobody else": outside, the ranges are as wide as `network.upstream_cidrs` leaves them, on the
    sources' ports. Inside, it is as narrow as the namespace that an address names, where a
    Service must have its pods' port. Who needs more sends the service through an egress proxy
    (`upstreams.pubmed_url`, `ctgov_url`), or adds a policy of a network that reads names.
    """
    asked = _asked(profile)
    # HTTPS in any case, for models and traces.
    ports = {contract.HTTPS_PORT} | {port_of(url) for url, inside in asked.items() if not inside}
    there = outside(profile.network)
    open_range = ((there, tuple(sorted(ports))),) if there else ()
    kept = {(inside, port_of(url)) for url, inside in asked.items() if inside}
    kept_inside = tuple((namespaces(name), (port,)) for name, port in sorted(kept))
    return tuple(
        Flow(client=contract.SERVICE_COMPONENT, server=server, ports=numbers)
        for server, numbers in (*open_range, *kept_inside)
    )


def namespace(url: str, own: str) -> str | None:
    """Return the namespace of an in-cluster address; None for any other.

    In-cluster is `name`, `name.namespace` and `name.namespace.svc…` (Kubernetes' DNS names).
    """
    host = urlsplit(url).hostname or ""
    name, *rest = host.split(".")
    if not rest:
        return None if name == "localhost" else own
    inside = not rest[0].isdigit() and (len(rest) == 1 or rest[1] == "svc")
    return rest[0] if inside else None


def end(profile: Profile, url: str | None) -> tuple[Outside, int] | None:
    """Return what an address leads to, and at which port; None where nothing leads there."""
    if url is None:
        return None
    inside = namespace(url, profile.cluster.namespace)
    there = namespaces(inside) if inside else outside(profile.network)
    return (there, port_of(url)) if there else None


def outside(network: Network) -> Outside | None:
    """Return the ranges that are open outside the cluster; None where there are none."""
    closed = [IPv4Network(text, strict=False) for text in network.excluded_cidrs]
    peers = tuple(
        peer
        for text in network.upstream_cidrs
        if (peer := _block(IPv4Network(text, strict=False), closed)) is not None
    )
    # No peers at all would mean everybody.
    return Outside(peers=peers) if peers else None


def port_of(url: str) -> int:
    """Return the port of an http or https address, stated or not."""
    parts = urlsplit(url)
    return parts.port or _DEFAULT_PORTS[parts.scheme]


def _asked(profile: Profile) -> dict[str, str | None]:
    """Return the addresses that the service asks, each with its namespace if it is inside.

    The stack's own server has a flow of its own. `clinicaltrials.gov` has the form of a Service's
    short name, so the real services' address is inside only as `NAME.NAMESPACE.svc`.
    """
    upstreams, own = profile.upstreams, profile.cluster.namespace
    live = () if upstreams.source == "recorded" else (upstreams.pubmed_url, upstreams.ctgov_url)
    found = {url: namespace(url, own) if ".svc" in url else None for url in live}
    if upstreams.source != "live" and upstreams.server is None:
        found[upstreams.recorded_url] = namespace(upstreams.recorded_url, own)
    return {url: inside for url, inside in found.items() if not _is_the_pod(url)}


def _is_the_pod(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


def _block(opened: IPv4Network, closed: list[IPv4Network]) -> dict[str, Any] | None:
    """Return the range without what is closed in it; Kubernetes refuses exceptions outside it."""
    if any(opened.subnet_of(other) for other in closed):
        return None
    holes = [str(other) for other in closed if other.subnet_of(opened)]
    return {"ipBlock": {"cidr": str(opened)} | ({"except": holes} if holes else {})}
