"""Workers of their own on a real cluster: runs across pods, a worker killed, more of them, none."""

from collections.abc import Iterator
from typing import Any

import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.project import Project, running
from tests.cluster.test_stores import within

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "workers"
WORKERS = "bio-mcp-orchestrator-work"
DRUGS = ("metformin", "aspirin", "warfarin", "osimertinib", "statins", "insulin", "ibuprofen")


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack runs with two workers; the tests go on from one to the next."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


@pytest.fixture(scope="module")
def client(project: Project) -> Iterator[SyncLangGraphClient]:
    """Give the official client, through the stack's Service."""
    with get_sync_client(url=project.address(STACK)) as client:
        yield client


def pods(cluster: Cluster) -> dict[str, bool]:
    """Return the workers' pods that nobody ends, by name, and whether each is ready."""
    found = objects(cluster, "pods", "--namespace", STACK, "--selector", f"app={WORKERS}")
    return {
        each["metadata"]["name"]: all(c["ready"] for c in each["status"]["containerStatuses"])
        for each in found
        if "deletionTimestamp" not in each["metadata"] and "containerStatuses" in each["status"]
    }


def ended_in(cluster: Cluster, app: str) -> int:
    """Return how many runs the pods of an app say that they ended."""
    said = cluster.kubectl(
        "logs", "--namespace", STACK, "--selector", f"app={app}", "--tail=-1", "--prefix"
    )
    return said.count("run_ended")


def asked(client: SyncLangGraphClient, drug: str) -> tuple[str, str]:
    """Ask for a run on a new thread; return the ids of both."""
    thread = client.threads.create()["thread_id"]
    given = {"question": f"Does {drug} lower the risk of stroke in type 2 diabetes?"}
    return thread, client.runs.create(thread, "research", input=given)["run_id"]


def test_a_run_is_worked_on_by_a_worker_and_streamed_by_the_service(
    client: SyncLangGraphClient, cluster: Cluster
) -> None:
    """The pod that answers tells what another pod does, and executes nothing itself."""
    thread = client.threads.create()["thread_id"]
    given = {"question": "Does metformin lower the risk of stroke in type 2 diabetes?"}
    parts: list[Any] = [*client.runs.stream(thread, "research", input=given, stream_mode="updates")]
    nodes = {name for part in parts if part.event == "updates" for name in part.data}
    assert {"parse_frame", "pubmed_search", "synthesizer"} <= nodes
    assert ended_in(cluster, WORKERS) == 1
    assert ended_in(cluster, "bio-mcp-orchestrator") == 0


def test_a_worker_that_is_killed_takes_no_run_with_it(
    client: SyncLangGraphClient, cluster: Cluster
) -> None:
    """Every run that was acknowledged ends well, though the pod of some of them is gone."""
    runs = [asked(client, drug) for drug in DRUGS]

    def states() -> set[str]:
        return {client.runs.get(*ids)["status"] for ids in runs}

    assert within(30, lambda: "running" in states())
    victim = sorted(pods(cluster))[0]
    cluster.kubectl("delete", "pod", victim, "--namespace", STACK, "--grace-period=0", "--force")
    for ids in runs:
        client.runs.join(*ids)
    assert states() == {"success"}
    assert within(90, lambda: list(pods(cluster).values()) == [True, True])


def test_more_workers_come_by_an_edit_and_the_service_stays(
    project: Project, cluster: Cluster
) -> None:
    """OPS-06: the number is the stack file's, and no pod that answers moves for it."""
    query = ("pods", "--namespace", STACK, "--selector", "app=bio-mcp-orchestrator")
    before = {each["metadata"]["uid"] for each in objects(cluster, *query)}
    project.edit(
        STACK,
        "      replicas: 2\n      scaling: null\n      runs",
        "      replicas: 3\n      scaling: null\n      runs",
    )
    project.up(STACK)
    assert within(60, lambda: list(pods(cluster).values()) == [True] * 3)
    assert {each["metadata"]["uid"] for each in objects(cluster, *query)} == before


def test_without_the_section_the_service_works_on_the_queue_itself(
    project: Project, cluster: Cluster
) -> None:
    """An unset part leaves nothing behind, and what it did goes on."""
    path = project.folder / f"Pulumi.{STACK}.yaml"
    text = path.read_text()
    start, end = text.index("    workers:\n"), text.index("    upstreams:\n")
    path.write_text(text[:start] + text[end:])
    with get_sync_client(url=project.address(STACK)) as client:
        assert client.runs.join(*asked(client, "aspirin"))
    assert not objects(
        cluster,
        "deployments",
        "--namespace",
        STACK,
        "--selector",
        f"app.kubernetes.io/name={WORKERS}",
    )
    assert within(60, lambda: not pods(cluster))
