"""Egress of the service to its sources: ranges of addresses outside, pods and namespaces inside."""

from ipaddress import IPv4Network
from typing import Any
from urllib.parse import urlsplit

from profiles import Profile, contract
from profiles.network import Network

_DEFAULT_PORTS = {"http": 80, "https": contract.HTTPS_PORT}


def egress(profile: Profile) -> list[dict[str, Any]]:
    """Return the egress rules towards the sources that the profile's `upstreams.source` asks."""
    upstreams, own = profile.upstreams, profile.cluster.namespace
    flows = _outside(profile.network, _live_ports(profile))
    recorded = namespace(upstreams.recorded_url, own)
    if upstreams.server:
        peer = component_peer(contract.RECORDED_COMPONENT)
        flows.append(rule("to", [peer], contract.RECORDED_PORT))
    elif upstreams.source != "live" and recorded:
        flows.append(rule("to", [namespace_peer(recorded)], _port(upstreams.recorded_url)))
    return flows


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


def component_peer(component: str) -> dict[str, Any]:
    """Return the peer of a component's pods in the stack's own namespace."""
    return {"podSelector": {"matchLabels": {contract.COMPONENT_LABEL: component}}}


def namespace_peer(name: str) -> dict[str, Any]:
    """Return the peer of all pods in a namespace, by the label that Kubernetes itself sets."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def ports(*numbers: int) -> list[dict[str, Any]]:
    """Return TCP ports."""
    return [{"port": number, "protocol": "TCP"} for number in numbers]


def rule(direction: str, peers: list[dict[str, Any]], *numbers: int) -> dict[str, Any]:
    """Return a rule `from` or `to` these peers on these TCP ports."""
    return {direction: peers, "ports": ports(*numbers)}


def _live_ports(profile: Profile) -> tuple[int, ...]:
    """Return HTTPS, for models and traces, and whatever else the addresses of sources state."""
    upstreams = profile.upstreams
    urls = (upstreams.pubmed_url, upstreams.ctgov_url) if upstreams.source != "recorded" else ()
    return tuple(sorted({contract.HTTPS_PORT, *map(_port, urls)}))


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or _DEFAULT_PORTS[parts.scheme]


def _outside(network: Network, numbers: tuple[int, ...]) -> list[dict[str, Any]]:
    closed = [IPv4Network(text, strict=False) for text in network.excluded_cidrs]
    peers = [
        peer
        for text in network.upstream_cidrs
        if (peer := _block(IPv4Network(text, strict=False), closed)) is not None
    ]
    return [rule("to", peers, *numbers)] if peers else []


def _block(opened: IPv4Network, closed: list[IPv4Network]) -> dict[str, Any] | None:
    """Return the range without what is closed in it; Kubernetes refuses exceptions outside it."""
    if any(opened.subnet_of(other) for other in closed):
        return None
    holes = [str(other) for other in closed if other.subnet_of(opened)]
    return {"ipBlock": {"cidr": str(opened)} | ({"except": holes} if holes else {})}
