"""The namespace's NetworkPolicies: everything is denied, then exactly the declared flows open."""

from typing import Any

from pulumi_kubernetes.networking.v1 import NetworkPolicy

from infra import upstream
from infra.place import Place
from infra.upstream import component_peer, namespace_peer, ports, rule
from profiles import Profile, contract

_COMPONENTS = {
    contract.SERVICE_COMPONENT: contract.HTTP_PORT,
    contract.DATABASE_COMPONENT: contract.POSTGRES_PORT,
    contract.CACHE_COMPONENT: contract.REDIS_PORT,
    contract.RECORDED_COMPONENT: contract.RECORDED_PORT,
}


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


def _specs(profile: Profile) -> dict[str, dict[str, Any]]:
    specs = {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        contract.SERVICE_COMPONENT: _spec(
            contract.SERVICE_COMPONENT, ingress=_ingress(profile), egress=_egress(profile)
        ),
    }
    if profile.database.mode == "statefulset":
        specs[contract.DATABASE_COMPONENT] = _server_spec(contract.DATABASE_COMPONENT)
    if profile.cache.mode == "statefulset":
        specs[contract.CACHE_COMPONENT] = _server_spec(contract.CACHE_COMPONENT)
    if profile.upstreams.server:
        specs[contract.RECORDED_COMPONENT] = _server_spec(contract.RECORDED_COMPONENT)
    return specs


def _spec(component: str, **rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "podSelector": {"matchLabels": {contract.COMPONENT_LABEL: component}},
        "policyTypes": [direction.capitalize() for direction in rules],
        **rules,
    }


def _server_spec(component: str) -> dict[str, Any]:
    """Return what reaches a server of the stack: the service, on its port; it calls nobody."""
    return _spec(
        component,
        ingress=[
            rule("from", [component_peer(contract.SERVICE_COMPONENT)], _COMPONENTS[component])
        ],
    )


def _ingress(profile: Profile) -> list[dict[str, Any]]:
    network, analysis = profile.network, profile.rollout.analysis
    callers = [{"podSelector": {}}, *map(namespace_peer, network.client_namespaces)]
    if analysis and analysis.load_test_url:
        tester = upstream.namespace(analysis.load_test_url, profile.cluster.namespace)
        callers += [namespace_peer(tester)] if tester else []
    flows = [rule("from", callers, contract.HTTP_PORT)]
    if profile.workload.service_type == "LoadBalancer":
        flows = [{"ports": ports(contract.HTTP_PORT)}]  # from anywhere: that is what it is for
    scrapers = [namespace_peer(name) for name in network.monitoring_namespaces]
    # No peers at all would mean everybody, so a rule without any is left out.
    return flows + ([rule("from", scrapers, contract.METRICS_PORT)] if scrapers else [])


def _egress(profile: Profile) -> list[dict[str, Any]]:
    dns = {
        "to": [namespace_peer(profile.network.dns_namespace)],
        "ports": [{"port": contract.DNS_PORT, "protocol": name} for name in ("UDP", "TCP")],
    }
    return [
        dns,
        *_store_egress(profile, profile.database.mode, contract.DATABASE_COMPONENT),
        *_store_egress(profile, profile.cache.mode, contract.CACHE_COMPONENT),
        *upstream.egress(profile),
    ]


def _store_egress(profile: Profile, mode: str, component: str) -> list[dict[str, Any]]:
    port = _COMPONENTS[component]
    if mode == "statefulset":
        return [rule("to", [component_peer(component)], port)]
    if mode == "external":
        ranges = [{"ipBlock": {"cidr": cidr}} for cidr in profile.network.store_cidrs]
        return [rule("to", ranges, port)]
    return []
