"""The flows that the namespace allows."""

import json
from itertools import product
from typing import Any

import pytest

from infra import network, upstream
from profiles import contract
from tests.infra import flows
from tests.infra.catalogue import Mode
from tests.infra.edit import body, edited
from tests.infra.modes import Cell, each_mode_over
from tests.infra.world import World
from tests.stacks import STACKS, rendered

Connection = tuple[str, str, int]
"""Component that connects, component that listens, port."""

PORTS = (80, 443, 5432, 6379, 6443, 8000, 8080, 8090, 9090, 9187)
"""Every port that a part of a stack listens on or calls, and some that none does."""

"""Every mode over production, which can have each; the other stacks have the same modules."""

INGRESS = {
    "kind": "ingress",
    "host": "orchestrator.example.org",
    "class_name": "nginx",
    "tls_secret": "orchestrator-tls",
    "issuer": None,
    "gateway": None,
    "controller_namespace": "edge",
}


def policy(result: Any, name: str = "orchestrator") -> dict[str, Any]:
    """Return the spec of a policy."""
    found: dict[str, Any] = body(result, "NetworkPolicy", name)["spec"]
    return found


def blocks(result: Any) -> list[dict[str, Any]]:
    """Return the ranges of addresses that the service may call."""
    peers = [peer for rule in policy(result)["egress"] for peer in rule.get("to", [])]
    return [peer["ipBlock"] for peer in peers if "ipBlock" in peer]


@pytest.mark.parametrize("stack", STACKS)
def test_everything_is_denied_that_is_not_declared(stack: str) -> None:
    """One policy selects every pod, and allows nothing in either direction."""
    spec = policy(rendered(stack), "default-deny")
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_policies_select_a_label_that_flagger_leaves_alone() -> None:
    """`app` differs between canary and primary; the component does not (design: 15)."""
    for manifest in rendered("production").manifests:
        if manifest.kind == "NetworkPolicy":
            assert '"app"' not in json.dumps(manifest.body["spec"])


def connections(cell: Cell) -> tuple[set[Connection], set[Connection]]:
    """Return which connections between parts of a stack the policies allow, and the declared."""
    world = World(rendered=cell.rendered(), profile=cell.profile())
    allowed = {
        (client.component, server.component, port)
        for client, server in product(world.pods, repeat=2)
        for port in PORTS
        if flows.allowed(world, client, server, port)
    }
    parts = {pods.component for pods in world.pods}
    declared = {
        (flow.client, flow.server, port)
        for flow in network.flows(cell.profile())
        for port in flow.ports
        if isinstance(flow.client, str) and isinstance(flow.server, str)
    }
    return allowed, {each for each in declared if {*each[:2]} <= parts}


@each_mode_over("production")
def test_between_parts_exactly_the_declared_connections_are_allowed(cell: Cell) -> None:
    """SEC-04: every part to every part on every port; Flagger's copies and jobs are parts too."""
    allowed, declared = connections(cell)
    opened = cell.profile().workload.service_type == "LoadBalancer"
    anybody = {each for each in allowed if each[1:] == (contract.SERVICE_COMPONENT, 8000)}
    assert allowed - (anybody if opened else set()) == declared - (anybody if opened else set())


def test_the_walk_sees_a_flow_that_is_missing_and_one_too_many() -> None:
    """The walk above is no tautology: the policies are read as a network plugin reads them."""
    production = Mode(part="profile", name="production")
    allowed, _ = connections(Cell(mode=production, stack="production"))
    assert ("orchestrator", "database", 5432) in allowed
    assert ("cache", "database", 5432) not in allowed
    assert ("database", "orchestrator", 8000) not in allowed


def outside_peers(result: Any, name: str = "orchestrator") -> dict[int, list[Any]]:
    """Return who outside the stack may reach a component, by port; an empty list is everybody."""
    return {
        port["port"]: [peer for peer in rule.get("from", []) if "podSelector" not in peer]
        for rule in policy(result, name).get("ingress", [])
        for port in rule["ports"]
    }


def namespace(name: str) -> dict[str, Any]:
    """Return the peer of all pods of a namespace."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def test_nobody_calls_the_service_who_is_not_declared() -> None:
    """Not even a pod of its own namespace: clients are named, and metrics are no clients'."""
    assert "ingress" not in policy(edited("development", network={"monitoring_namespaces": []}))
    result = edited("development", network={"client_namespaces": ["portal"]})
    assert outside_peers(result) == {
        8000: [namespace("portal")],
        8080: [namespace("monitoring")],
    }


def test_an_ingress_controller_reaches_the_service_and_not_its_metrics() -> None:
    """The flow comes from the namespace of who forwards."""
    network = {"ingress": INGRESS, "monitoring_namespaces": [], "client_namespaces": []}
    assert outside_peers(edited("development", network=network)) == {8000: [namespace("edge")]}


def test_a_load_balancer_is_open_to_everybody_on_its_port_alone() -> None:
    """Metrics stay with who scrapes (CON-04)."""
    result = edited("development", workload={"service_type": "LoadBalancer"})
    assert outside_peers(result) == {8000: [], 8080: [namespace("monitoring")]}


def test_only_who_connects_may_ask_for_names() -> None:
    """DNS is opened for clients; a store that calls nobody has no way out at all."""
    for manifest in rendered("production").manifests:
        if manifest.kind == "NetworkPolicy" and manifest.name != "default-deny":
            ports = [
                port["port"]
                for rule in manifest.body["spec"].get("egress", [])
                for port in rule["ports"]
            ]
            assert not ports or (53 in ports and ports != [53, 53]), manifest.name
    assert "egress" not in policy(rendered("production"), "cache")


def test_who_reads_running_graphs_reaches_the_stacks_own_prometheus() -> None:
    """KEDA asks from its own namespace; another Prometheus than ours is not ours to open."""
    demand = {
        "through": "keda",
        "active_runs_per_pod": 8,
        "queue_wait_ms": None,
        "reader_namespace": "keda",
    }
    result = edited("production", scaling={"demand": demand})
    assert namespace("keda") in outside_peers(result, "prometheus")[9090]
    assert namespace("keda") not in outside_peers(rendered("production"), "prometheus")[9090]


def test_private_ranges_stay_closed_to_upstream_calls() -> None:
    """HTTPS may go anywhere but to private networks and metadata services."""
    (block,) = blocks(rendered("production"))
    assert block["cidr"] == "0.0.0.0/0"
    assert "169.254.0.0/16" in block["except"]


def test_an_exception_outside_its_range_is_left_out() -> None:
    """Kubernetes refuses a policy whose `except` is not inside its `cidr`."""
    result = edited("production", network={"upstream_cidrs": ["203.0.113.0/24", "10.1.0.0/16"]})
    assert blocks(result) == [{"cidr": "203.0.113.0/24"}]


def test_a_recorded_upstream_is_reached_only_where_it_is_in_the_cluster() -> None:
    """A flow is opened to the namespace that its address names, on its port."""

    def flow(url: str, source: str) -> bool:
        elsewhere = {"recorded_url": url, "source": source, "server": None}
        result = edited("development", upstreams=elsewhere)
        ports = [{"port": 8090, "protocol": "TCP"}]
        return {"to": [namespace("evidence")], "ports": ports} in policy(result)["egress"]

    assert flow("http://recorded.evidence:8090", "auto")
    assert not flow("http://recorded.evidence:8090", "live")
    assert not flow("http://127.0.0.1:8090", "auto")


def test_upstream_calls_have_the_ports_of_their_addresses() -> None:
    """Outside, the ports of what is asked, and HTTPS; inside, the namespace of a proxy."""
    upstreams = {
        "pubmed_url": "http://mirror.example.org:8081",
        "ctgov_url": "http://proxy.egress.svc",
    }
    egress = policy(edited("production", upstreams=upstreams))["egress"]
    ports = {tuple(p["port"] for p in rule["ports"]): rule["to"] for rule in egress}
    assert "ipBlock" in ports[(443, 8081)][0]
    assert ports[(80,)] == [namespace("egress")]


def test_a_public_name_of_two_parts_is_not_taken_for_a_service() -> None:
    """`clinicaltrials.gov` is not the Service `clinicaltrials` in the namespace `gov`."""
    assert namespace("gov") not in [
        peer for rule in policy(rendered("production"))["egress"] for peer in rule["to"]
    ]


@pytest.mark.parametrize(
    ("url", "namespace"),
    [
        ("http://recorded:8090", "own"),
        ("http://recorded.evidence/base", "evidence"),
        ("http://recorded.evidence.svc.cluster.local:8090", "evidence"),
        ("http://localhost:8090", None),
        ("http://127.0.0.1:8090", None),
        ("https://eutils.ncbi.nlm.nih.gov/entrez", None),
    ],
)
def test_the_namespace_of_an_address_follows_from_its_name(url: str, namespace: str | None) -> None:
    """Kubernetes' DNS names, and nothing else, are inside the cluster."""
    assert upstream.namespace(url, "own") == namespace


def test_an_empty_list_of_peers_opens_nothing() -> None:
    """Kubernetes reads a rule without peers as everybody; such a rule is left out."""
    result = edited("production", network={"monitoring_namespaces": [], "upstream_cidrs": []})
    spec = policy(result)
    assert all(rule["from"] for rule in spec["ingress"])
    assert all(rule["to"] for rule in spec["egress"])
    assert 443 not in [port["port"] for rule in spec["egress"] for port in rule["ports"]]
