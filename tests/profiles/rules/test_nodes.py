"""profiles.rules.nodes: rules PL012 and PL013 in the cases that their breaks leave out."""

from typing import Any

from profiles.rules import check
from tests.profiles.build import nested, profile


def test_nodes_that_nobody_knows_break_nothing() -> None:
    """A cluster that adds nodes itself has no bound to hold a stack to."""
    unknown = profile(cluster={"nodes": None}, workload={"spread": "required"})
    assert check(unknown) == ()


def test_a_single_node_is_no_required_spread() -> None:
    """PL013: a second pod would wait for a second node, however large the first is."""
    large = {"count": 1, "cpu_millicores": 100_000, "memory_mib": 400_000}
    (finding,) = check(profile(cluster={"nodes": large}, workload={"spread": "required"}))
    assert finding.rule == "PL013"
    assert finding.arithmetic == "1 cluster.nodes.count < 2 that a required spread needs"


def test_a_pod_larger_than_a_node_is_found_where_the_sum_would_fit() -> None:
    """PL012: no pod is split over nodes, so no number of them helps."""
    many = {"count": 100, "cpu_millicores": 900, "memory_mib": 28_672}
    (finding,) = check(profile(cluster={"nodes": many}))
    assert finding.arithmetic == (
        "1000 workload.resources.cpu_request_millicores > 900 cluster.nodes.cpu_millicores"
    )
    assert finding.edit == ()


def _sums_fit(replicas: int) -> bool:
    edit = nested("cluster.nodes.cpu_millicores", 2000) | nested("scaling.max_replicas", replicas)
    return not any("nodes x" in finding.arithmetic for finding in check(profile(**edit)))


def test_the_replicas_that_are_proposed_are_the_most_that_fit() -> None:
    """PL012: the edit fills the nodes, and one pod more would not fit (the canary doubles it)."""
    (finding,) = check(profile(**nested("cluster.nodes.cpu_millicores", 2000)))
    ((path, most),) = finding.edit
    assert path == "scaling.max_replicas"
    assert [_sums_fit(most), _sums_fit(most + 1)] == [True, False]


def test_a_required_spread_is_held_to_the_worst_moment_of_an_update() -> None:
    """PL013: 4 old and 4 new pods are two of each on one of three nodes, though 6 + 2 are three."""
    edit: dict[str, Any] = {
        "cluster": {"nodes": {"count": 3, "cpu_millicores": 3900, "memory_mib": 28_672}},
        "workload": {"spread": "required", "replicas": 6},
        "scaling": None,
        "rollout": {"mode": "rolling", "analysis": None, "max_surge": 2},
    }
    findings = {finding.rule: finding for finding in check(profile(**edit))}
    assert "4 old and 4 new: 2 old + 2 new = 4 pods" in findings["PL013"].arithmetic
