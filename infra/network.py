"""The namespace's NetworkPolicies: everything is denied, then exactly the declared flows open."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pulumi_kubernetes.networking.v1 import NetworkPolicy

from infra import addons, backup, cache, database, recorded, scaling, upstream, workload
from infra.flow import Flow, Outside, component_peer, namespace_peer
from infra.place import Place
from profiles import Profile, contract

_PARTS = (workload, upstream, database, backup, cache, recorded, addons, scaling)
"""Modules that declare flows."""


def declare(profile: Profile, place: Place) -> tuple[NetworkPolicy, ...]:
    """Declare the policies; they select components, a label that Flagger copies to the primary."""
    return tuple(
        NetworkPolicy(
            f"network-{name}",
            metadata=place.metadata(name, "network"),
            spec=spec,
            opts=place.options(),
        )
        for name, spec in _specs(profile).items()
    )


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return every connection that the stack declares; a kubelet's own are never denied.

    So probes pass, and `kubectl port-forward`, which enters a pod through its node.
    """
    declared = tuple(flow for part in _PARTS for flow in part.flows(profile))
    return (*declared, *_flows_of_workers(declared)) if profile.workers else declared


def _flows_of_workers(declared: Iterable[Flow]) -> Iterator[Flow]:
    """Give workers what their code needs: they ask what the service asks, and are read as it is.

    Nobody calls them: of what the service is asked they answer for their metrics alone.
    """
    for flow in declared:
        if flow.client == contract.SERVICE_COMPONENT:
            yield replace(flow, client=contract.WORKER_COMPONENT)
        elif flow.server == contract.SERVICE_COMPONENT and flow.ports == (contract.METRICS_PORT,):
            yield replace(flow, server=contract.WORKER_COMPONENT)


def _specs(profile: Profile) -> dict[str, dict[str, Any]]:
    declared = flows(profile)
    ends = (end for flow in declared for end in (flow.client, flow.server))
    components = sorted({end for end in ends if isinstance(end, str)})
    dns = _dns(profile.network.dns_namespace)
    return {"default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}} | {
        component: _spec(component, declared, dns) for component in components
    }


def _spec(component: str, declared: Iterable[Flow], dns: dict[str, Any]) -> dict[str, Any]:
    """Return what may reach a component, and what it may reach; nothing else does.

    Who connects to nothing needs no names either, so DNS is opened for clients alone.
    """
    ingress = [_rule("from", f.client, f.ports) for f in declared if f.server == component]
    egress = [_rule("to", f.server, f.ports) for f in declared if f.client == component]
    rules = {"Ingress": ingress, "Egress": [dns, *egress] if egress else []}
    return {
        "podSelector": {"matchLabels": {contract.COMPONENT_LABEL: component}},
        "policyTypes": [direction for direction, found in rules.items() if found],
    } | {direction.lower(): found for direction, found in rules.items() if found}


def _rule(direction: str, end: str | Outside, ports: tuple[int, ...]) -> dict[str, Any]:
    peers = end.peers if isinstance(end, Outside) else (component_peer(end),)
    opened = {"ports": [{"port": port, "protocol": "TCP"} for port in ports]}
    return opened | ({direction: list(peers)} if peers else {})


def _dns(namespace: str) -> dict[str, Any]:
    ports = [{"port": contract.DNS_PORT, "protocol": name} for name in ("UDP", "TCP")]
    return {"to": [namespace_peer(namespace)], "ports": ports}
