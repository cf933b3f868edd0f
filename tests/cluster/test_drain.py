"""A drain of two nodes at once, held by the disruption budget, while users ask."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from rich.console import Console

from plumb.local import teardown
from plumb.local.bringup import ensure
from plumb.local.cluster import Cluster
from plumb.local.state import named_state
from tests.cluster.conftest import NAME, objects
from tests.cluster.load import load
from tests.cluster.project import Project, make_project
from tests.cluster.test_stores import STACK, address, within

__all__ = ["address"]  # a fixture of these tests too

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

DRAINED = f"{NAME}-drain"
APP = "app=bio-mcp-orchestrator"


@pytest.fixture(scope="module")
def three(cluster: Cluster) -> Iterator[Cluster]:
    """Give three nodes; the one-node cluster of the other tests goes on beside them."""
    yield ensure(Console(), DRAINED, 3)
    teardown.down(named_state(DRAINED))


@pytest.fixture(scope="module")
def project(three: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project whose stack runs with three pods, of which two must stay."""
    project = make_project(tmp_path_factory.mktemp("project"), DRAINED)
    project.edit(STACK, "replicas: 2", "replicas: 3")
    project.edit(STACK, "min_available: 1", "min_available: 2")
    # Two of them fit on one node beside everything else, whichever of the evicted comes first.
    project.edit(STACK, "cpu_request_millicores: 200", "cpu_request_millicores: 150")
    project.up(STACK)
    return project


def test_the_budget_holds_a_drain_of_two_nodes_until_the_pods_are_elsewhere(
    project: Project, three: Cluster, address: str
) -> None:
    """INF-12: the second eviction is refused while the first pod moves; no user notices."""
    assert _nodes(three, APP) == {"n1", "n2", "n3"}
    free = sorted({"n1", "n2", "n3"} - _nodes(three, "app=postgres"))
    with load(address, "/livez") as tally:
        with ThreadPoolExecutor() as pool:
            drains = list(pool.map(lambda node: _drain(three, node), free))
        assert within(60, lambda: tally.done > 100)
    assert [drain.returncode for drain in drains] == [0, 0]
    assert "violate the pod's disruption budget" in "".join(drain.stderr for drain in drains)
    assert not tally.failures
    assert _nodes(three, APP) - {"None"} == _nodes(three, "app=postgres")  # as many as fit there
    assert project.status(STACK)["running"]


def _drain(cluster: Cluster, node: str) -> subprocess.CompletedProcess[str]:
    options = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s"]
    command = [str(cluster.kubectl_program), "--kubeconfig", str(cluster.kubeconfig)]
    return subprocess.run(
        [*command, "drain", node, *options], capture_output=True, text=True, check=False
    )


def _nodes(cluster: Cluster, selector: str) -> set[str]:
    pods = objects(cluster, "pods", "-n", STACK, "--selector", selector)
    return {str(each["spec"].get("nodeName")) for each in pods}
