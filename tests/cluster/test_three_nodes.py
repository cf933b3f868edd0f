"""A real cluster of three nodes, and what is left of it afterwards."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from plumb.local import teardown
from plumb.local.bringup import ensure
from plumb.local.cluster import Cluster
from plumb.local.error import UnsupportedError
from plumb.local.state import named_state
from tests.cluster.conftest import NAME, objects, traces
from tests.cluster.test_cluster import apply, roll_out
from tests.cluster.workload import spread, web

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

THREE = f"{NAME}-three"


def test_three_zones_carry_a_spread_workload_and_leave_nothing(cluster: Cluster) -> None:
    """Pods spread over three zones and reach each other; down leaves no trace of the cluster.

    It runs beside the one-node cluster, which must not notice.
    """
    state = named_state(THREE)
    before = traces(state.path)
    try:
        three = ensure(Console(), THREE, 3)
        _assert_spread(three)
        with pytest.raises(UnsupportedError, match="cannot shrink"):
            ensure(Console(), THREE, 2)
        assert traces(state.path) != before
    finally:
        teardown.down(state)
    assert traces(state.path) == before
    assert [node["metadata"]["name"] for node in objects(cluster, "nodes")] == ["n1"]


def test_down_cleans_up_after_a_crashed_up(state_home: Path, cluster: Cluster) -> None:
    """Machines without a cluster file, as an interrupted start leaves them, are found and ended."""
    state = named_state(f"{NAME}-crashed")
    before = traces(state.path)
    machine = type(cluster.switch)(state.path / "switch")
    machine.start([], [])
    assert traces(state.path) != before
    assert teardown.down(state)
    assert traces(state.path) == before
    assert not teardown.down(state)
    assert state_home.exists()


def test_down_ends_what_lost_its_folder(tmp_path: Path, cluster: Cluster) -> None:
    """A state folder that somebody removed does not hide the processes that it named."""
    state = named_state(f"{NAME}-lost", {"XDG_STATE_HOME": str(tmp_path)})
    machine = type(cluster.switch)(state.path / "switch")
    machine.start([], [])
    shutil.rmtree(tmp_path / "plumbline")
    assert teardown.down(state)
    assert machine.process() is None


def _assert_spread(three: Cluster) -> None:
    made, service = web("web", replicas=3)
    apply(three, spread(made), service)
    roll_out(three, "web")
    pods = objects(three, "pods", "-l", "app=web")
    assert Counter(pod["spec"]["nodeName"] for pod in pods) == {"n1": 1, "n2": 1, "n3": 1}
    for pod in pods:
        for other in pods:
            address = f"http://{other['status']['podIP']}:8080"
            said = three.kubectl("exec", pod["metadata"]["name"], "--", "wget", "-qO-", address)
            assert said.strip() == other["metadata"]["name"]
    zones = [
        node["metadata"]["labels"]["topology.kubernetes.io/zone"]
        for node in objects(three, "nodes")
    ]
    assert sorted(zones) == ["zone-1", "zone-2", "zone-3"]
