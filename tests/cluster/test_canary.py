"""Versions promoted and rolled back by a real Flagger, while users ask; modes switched."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME
from tests.cluster.load import load
from tests.cluster.project import Project, running
from tests.cluster.test_stores import within

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "canary"
SERVICE = "bio-mcp-orchestrator"
PRIMARY = f"{SERVICE}-primary"
QUESTION = {"input": "Does empagliflozin reduce hospitalisation for heart failure?"}
CALLERS = 2


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack has a Flagger of its own; the tests go on from each other."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


@pytest.fixture(scope="module")
def address(project: Project) -> str:
    """Give the loopback address that leads to the Service."""
    return project.address(STACK)


def get(cluster: Cluster, *query: str) -> dict[str, Any]:
    """Return an object of the stack."""
    found: dict[str, Any] = json.loads(
        cluster.kubectl("get", *query, "--namespace", STACK, "--output", "json")
    )
    return found


def test_a_scaling_and_a_threshold_edit_reach_the_primary(
    project: Project, cluster: Cluster, address: str
) -> None:
    """INF-13, CFG-13: both are analysed, promoted, and in force, and no user notices."""
    project.edit(STACK, "max_replicas: 2", "max_replicas: 3")
    project.edit(STACK, "max_concurrent_graphs: 6", "max_concurrent_graphs: 8")
    with load(address, "/invoke", QUESTION, CALLERS) as tally:
        said = project.up(STACK)
        assert within(60, lambda: tally.done > 50)
    assert not tally.failures
    assert "Progressing" in said
    assert "Promoting" in said
    scaler = get(cluster, "horizontalpodautoscaler", PRIMARY)
    assert scaler["spec"]["maxReplicas"] == 3
    info = httpx.get(f"{address}/info").json()
    annotations = get(cluster, "deployment", SERVICE)["spec"]["template"]["metadata"]["annotations"]
    assert info["config_hash"] == annotations["plumbline.dev/config-hash"]
    assert get(cluster, "canary", SERVICE)["status"]["phase"] == "Succeeded"
    assert "nothing to change" in project.up(STACK)


def test_nothing_has_drifted_after_a_promotion(project: Project) -> None:
    """What Flagger and the autoscaler own is theirs: copies, replicas, the Service's selector."""
    done = project.plumb("drift", STACK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no drift" in done.stdout


def test_the_primarys_budget_holds_a_drain(
    project: Project, cluster: Cluster, address: str
) -> None:
    """INF-12: with nowhere else to go, the last pod that serves stays."""
    selector = f"--pod-selector=app={PRIMARY}"
    options = [selector, "--delete-emptydir-data", "--ignore-daemonsets", "--timeout=5s"]
    command = [str(cluster.kubectl_program), "--kubeconfig", str(cluster.kubeconfig)]
    with load(address, "/invoke", QUESTION, CALLERS) as tally:
        drain = subprocess.run(
            [*command, "drain", "n1", *options], capture_output=True, text=True, check=False
        )
        cluster.kubectl("uncordon", "n1")
        status = ("rollout", "status", f"deployment/{PRIMARY}", "--namespace", STACK)
        cluster.kubectl(*status, "--timeout=90s")
    assert "violate the pod's disruption budget" in drain.stderr
    assert drain.returncode
    assert not tally.failures


def test_a_version_that_answers_5xx_is_rolled_back(
    project: Project, cluster: Cluster, address: str
) -> None:
    """INF-13: a limit of one run at a time refuses the load with 503; users see none of it."""
    project.edit(STACK, "max_concurrent_graphs: 8", "max_concurrent_graphs: 1")
    before = httpx.get(f"{address}/info").json()["config_hash"]
    with load(address, "/invoke", QUESTION, CALLERS) as tally:
        done = project.plumb("up", STACK)
    assert done.returncode
    assert "Flagger rolled the new version back" in done.stdout + done.stderr
    assert "advancement success-rate" in done.stdout + done.stderr
    assert not tally.failures
    assert get(cluster, "canary", SERVICE)["status"]["phase"] == "Failed"
    assert httpx.get(f"{address}/info").json()["config_hash"] == before


def test_the_mode_is_switched_there_and_back_while_users_ask(
    project: Project, cluster: Cluster, address: str
) -> None:
    """The Service keeps its address and has ready pods at every moment."""
    path = project.folder / f"Pulumi.{STACK}.yaml"
    analysed = path.read_text().replace("max_concurrent_graphs: 1", "max_concurrent_graphs: 8")
    start, end = analysed.index("      analysis:\n"), analysed.index("    observability:")
    rolling = f"{analysed[:start]}      analysis: null\n{analysed[end:]}"
    service = get(cluster, "service", f"{SERVICE}-service")["metadata"]["uid"]
    path.write_text(rolling.replace("mode: flagger", "mode: rolling"))
    refused = project.plumb("up", STACK)  # the version that was rolled back is still there
    assert refused.returncode != 0
    assert "holds a version that no analysis has passed" in refused.stderr
    path.write_text(analysed)
    project.up(STACK)
    # The settings that went back are a change to Flagger, which it analyses from its next tick on.
    assert within(120, lambda: get(cluster, "canary", SERVICE)["status"]["phase"] == "Succeeded")
    with load(address, "/invoke", QUESTION, CALLERS) as tally:
        path.write_text(rolling.replace("mode: flagger", "mode: rolling"))
        project.up(STACK)
        names = cluster.kubectl("get", "deployments", "--namespace", STACK, "--output", "name")
        assert PRIMARY not in names
        assert "flagger" not in names
        path.write_text(analysed)
        project.up(STACK)
    assert not tally.failures
    found = get(cluster, "service", f"{SERVICE}-service")
    assert found["metadata"]["uid"] == service
    assert found["spec"]["selector"] == {"app": PRIMARY}
    assert get(cluster, "canary", SERVICE)["status"]["phase"] == "Initialized"


def test_a_stack_goes_with_its_flagger(project: Project, cluster: Cluster) -> None:
    """The mark that Flagger puts on the Canary does not outlive Flagger."""
    done = project.plumb("down", STACK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert STACK not in cluster.kubectl("get", "namespaces", "--output", "name")
