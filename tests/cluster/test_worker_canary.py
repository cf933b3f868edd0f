"""Workers of their own under a real Flagger: promoted by the runs they end, and rolled back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME
from tests.cluster.project import Project, make_project
from tests.cluster.test_canary import STACK, get
from tests.cluster.test_stores import within

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

WORKERS = "bio-mcp-orchestrator-work"
PRIMARY = f"{WORKERS}-primary"
SECTION = """    workers:
      replicas: null
      scaling:
        min_replicas: 1
        max_replicas: 1
        cpu_request_percent: 400
        memory_request_percent: null
        scale_up_stabilization_seconds: 0
        scale_down_stabilization_seconds: 300
        scale_down_pods_per_minute: 2
        demand: null
      runs_per_pod: 4
      resources:
        cpu_request_millicores: 100
        cpu_limit_millicores: 1000
        memory_request_mib: 256
        memory_limit_mib: 1024
      drain_seconds: 20
      failed_attempts_max_percent: 5.0
"""
QUESTION = {"question": "Does empagliflozin reduce hospitalisation for heart failure?"}
TOO_SHORT = {"recursion_limit": 1}
"""A configuration of a run that its graph cannot end within."""


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack has a Flagger, and workers of their own; both take a while."""
    project = make_project(tmp_path_factory.mktemp("project"), NAME)
    project.edit(STACK, "    upstreams:\n", f"{SECTION}    upstreams:\n")
    project.edit(STACK, "max_overflow: 2", "max_overflow: 1")
    project.up(STACK)
    yield project
    project.plumb("down", STACK)


@contextmanager
def runs(address: str, **asked: Any) -> Iterator[None]:
    """Ask for a run four times a second, all the while."""
    over = threading.Event()

    def ask() -> None:
        body = {"assistant_id": "research", "input": QUESTION, "on_completion": "delete", **asked}
        while not over.wait(0.25):
            with suppress(httpx.TransportError):  # the pod behind the forward ended
                httpx.post(f"{address}/runs", json=body, timeout=10)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()


def hash_of(cluster: Cluster, deployment: str) -> str:
    """Return the settings' hash in a Deployment's pods."""
    template = get(cluster, "deployment", deployment)["spec"]["template"]
    return str(template["metadata"]["annotations"]["plumbline.dev/config-hash"])


def test_a_threshold_edit_reaches_the_primary_workers(project: Project, cluster: Cluster) -> None:
    """INF-13: the candidate takes real runs and is promoted; its settings are a copy of its own."""
    before = hash_of(cluster, PRIMARY)
    project.edit(STACK, "max_concurrent_graphs: 6", "max_concurrent_graphs: 8")
    with runs(project.address(STACK)):
        promoted = within(240, lambda: hash_of(cluster, PRIMARY) != before)
    assert promoted
    assert within(120, lambda: get(cluster, "canary", WORKERS)["status"]["phase"] == "Succeeded")
    copies = {
        get(cluster, "configmap", f"{name}-primary")["data"]["service.json"]
        for name in ("bio-mcp-orchestrator-thresholds", f"{WORKERS}-thresholds")
    }
    assert len(copies) == 1
    done = project.plumb("drift", STACK)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_candidate_whose_runs_fail_is_rolled_back(project: Project, cluster: Cluster) -> None:
    """The share of attempts that end badly decides, as Prometheus has it from the candidate."""
    before, address = hash_of(cluster, PRIMARY), project.address(STACK)
    project.edit(STACK, "max_concurrent_graphs: 8", "max_concurrent_graphs: 7")
    with runs(address, config=TOO_SHORT):
        done = project.plumb("up", STACK)
        assert within(240, lambda: get(cluster, "canary", WORKERS)["status"]["phase"] == "Failed")
    assert done.returncode, done.stdout
    told = cluster.kubectl("get", "events", "--namespace", STACK, "--output", "json")
    assert "failed-attempts" in told
    assert hash_of(cluster, PRIMARY) == before
