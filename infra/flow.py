"""Who may talk to whom: what each part of the stack declares, and the policies are made of."""

from dataclasses import dataclass
from typing import Any

from profiles import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Something that is not of the stack: ranges of addresses, or pods of other namespaces."""

    peers: tuple[dict[str, Any], ...]
    """NetworkPolicy peers; none at all means everybody."""


ANYBODY = Outside(peers=())
"""Whoever can reach the cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Connections that are allowed; one end at least is a component of the stack."""

    client: str | Outside
    """Component that connects."""
    server: str | Outside
    """Component that listens."""
    ports: tuple[int, ...]
    """TCP ports that it listens on."""


def component_peer(component: str) -> dict[str, Any]:
    """Return the peer of a component's pods in the stack's own namespace."""
    return {"podSelector": {"matchLabels": {contract.COMPONENT_LABEL: component}}}


def namespace_peer(name: str) -> dict[str, Any]:
    """Return the peer of all pods in a namespace, by the label that Kubernetes itself sets."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def namespaces(*names: str) -> Outside:
    """Return all pods of these namespaces; at least one, because none would mean everybody."""
    return Outside(peers=tuple(map(namespace_peer, names)))


def ranges(*cidrs: str) -> Outside:
    """Return these ranges of addresses; at least one, because none would mean everybody."""
    return Outside(peers=tuple({"ipBlock": {"cidr": cidr}} for cidr in cidrs))
