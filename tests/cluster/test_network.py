"""Addresses do not overlap, and every machine finds the others' pods."""

from ipaddress import IPv4Address
from pathlib import Path

from plumb.local.network import (
    API_SERVICE,
    CONTROL_PLANE,
    DNS_SERVICE,
    PODS,
    SERVICES,
    routes,
)
from tests.cluster.parts import paper_cluster


def test_ranges_do_not_overlap() -> None:
    """Pods, services and machines have addresses of their own."""
    assert not PODS.overlaps(SERVICES)
    assert CONTROL_PLANE not in PODS
    assert CONTROL_PLANE not in SERVICES
    assert {API_SERVICE, DNS_SERVICE} <= set(SERVICES.hosts())


def test_a_node_routes_to_the_pods_of_the_others(tmp_path: Path) -> None:
    """A pod reaches a pod of another node through that node."""
    _, first, _, third = paper_cluster(tmp_path).hosts
    assert first.address == IPv4Address("10.60.0.11")
    assert routes(first, paper_cluster(tmp_path).hosts) == [
        "route replace 10.61.2.0/24 via 10.60.0.12",
        "route replace 10.61.3.0/24 via 10.60.0.13",
        "route replace 10.97.0.0/16 dev eth0",
    ]
    assert third.pods.subnet_of(PODS)


def test_the_control_plane_reaches_services_through_a_node(tmp_path: Path) -> None:
    """It runs no kube-proxy, so a node rewrites the destination for it."""
    hosts = paper_cluster(tmp_path, nodes=1).hosts
    assert routes(hosts[0], hosts)[-1] == "route replace 10.97.0.0/16 via 10.60.0.11"
