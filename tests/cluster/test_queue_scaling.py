"""Workers that come for the wait of the queue: Kubernetes' own autoscaler on external metrics."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from plumb.local.cluster import Cluster
from tests.cluster import adapter
from tests.cluster.conftest import NAME
from tests.cluster.project import Project, make_project
from tests.cluster.test_stores import within
from tests.cluster.test_workers import DRUGS, STACK, WORKERS

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

FIXED = "      replicas: 2\n      scaling: null\n      runs_per_pod"
SCALED = """      replicas: null
      scaling:
        min_replicas: 1
        max_replicas: 2
        cpu_request_percent: 400
        memory_request_percent: null
        scale_up_stabilization_seconds: 0
        scale_down_stabilization_seconds: 300
        scale_down_pods_per_minute: 2
        demand:
          through: external-metrics
          active_runs_per_pod: 2
          queue_wait_ms: 1000
          reader_namespace: default
      runs_per_pod"""
PROMETHEUS = """      prometheus:
        provision: managed
        scrape_interval_seconds: 2
        resources: {cpu_request_millicores: 50, memory_request_mib: 128}
"""


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose workers are scaled by what an adapter says of the queue."""
    folder: Path = tmp_path_factory.mktemp("project")
    project = make_project(folder, NAME)
    project.edit(STACK, FIXED, SCALED)
    project.edit(STACK, "      prometheus: {provision: none}\n", PROMETHEUS)
    project.up(STACK)
    adapter.install(cluster, folder)
    yield project
    adapter.remove(cluster)
    project.plumb("down", STACK)


def autoscaler(cluster: Cluster) -> dict[str, Any]:
    """Return the workers' autoscaler."""
    query = ("horizontalpodautoscaler", WORKERS, "--namespace", STACK, "--output", "json")
    found: dict[str, Any] = json.loads(cluster.kubectl("get", *query))
    return found


def read(cluster: Cluster) -> dict[str, str]:
    """Return the external metrics that the autoscaler has read, by name."""
    current = autoscaler(cluster)["status"].get("currentMetrics") or []
    found = [each["external"] for each in current if each["type"] == "External"]
    return {
        each["metric"]["name"]: each["current"].get("value") or each["current"]["averageValue"]
        for each in found
    }


def test_a_queue_that_waits_brings_another_worker(project: Project, cluster: Cluster) -> None:
    """INF-11: 21 runs wait behind one worker's places for longer than the second aimed at."""
    address = project.address(STACK)
    assert within(120, lambda: set(read(cluster)) == {"run_oldest_wait_seconds", "runs_held"})
    assert within(90, lambda: autoscaler(cluster)["status"]["desiredReplicas"] == 1)
    for number in range(3):
        for drug in DRUGS:
            asked = {"question": f"Does {drug} lower the risk of stroke in trial {number}?"}
            body = {"assistant_id": "research", "input": asked}
            httpx.post(f"{address}/runs", json=body, timeout=30).raise_for_status()
    assert within(120, lambda: autoscaler(cluster)["status"]["desiredReplicas"] == 2)
    conditions = autoscaler(cluster)["status"]["conditions"]
    assert {each["type"]: each["status"] for each in conditions}["ScalingActive"] == "True"
