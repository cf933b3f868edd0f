"""The development stack on a real cluster, from a stack file to an answer and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from plumb.local.archive import Image, write_archive
from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.eventually import eventually
from tests.cluster.project import Project, running

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "development"
NAMESPACE = "bio-mcp-development"
QUESTION = "Do SGLT2 inhibitors reduce hospitalisation for heart failure?"


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose development stack runs; the tests go on from one to the next."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


def address(project: Project) -> str:
    """Return the loopback address that `plumb up` prints."""
    return project.address(STACK)


def versions(cluster: Cluster) -> dict[str, str]:
    """Return the version of every object of the stack that only a change moves."""
    kinds = "configmaps,services,deployments,networkpolicies,resourcequotas,persistentvolumeclaims"
    found = objects(cluster, kinds, "--namespace", NAMESPACE, "--selector", "!kubernetes.io/x")
    return {
        f"{each['kind']}/{each['metadata']['name']}": str(
            each["metadata"].get("generation") or each["metadata"]["resourceVersion"]
        )
        for each in found
        if each["kind"] != "ResourceQuota"  # its status counts pods
    }


def info(project: Project) -> dict[str, Any]:
    """Return what the service says of itself, through its Service."""
    answer: dict[str, Any] = httpx.get(f"{address(project)}/info").json()
    return answer


def test_the_stack_answers_a_question_through_its_service(project: Project) -> None:
    """CFG-01, ORC-01: `plumb up` prints an address, and `plumb ask` gets cited evidence."""
    answer = httpx.post(f"{address(project)}/invoke", json={"input": QUESTION}, timeout=30)
    assert answer.status_code == 200
    asked = project.plumb("ask", STACK, QUESTION)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "What publications say" in asked.stdout
    assert "sample" in asked.stdout.lower()


def test_status_finds_all_in_step(project: Project) -> None:
    """OBS-04: what runs is compared with the stack file, and everything agrees."""
    # Its health may fail while the burst of its own start takes all of its CPU.
    eventually(lambda: bool(project.status(STACK)["in_step"]))
    status = project.status(STACK)
    assert status["running"], status["rows"]
    assert status["in_step"], status["rows"]


def test_up_without_a_change_changes_nothing(project: Project, cluster: Cluster) -> None:
    """No object moves, no pod restarts, and no revision is made."""
    before = versions(cluster)
    records = ("secrets", "--namespace", "default", "--selector", "owner=helm")
    revisions = [each["metadata"]["name"] for each in objects(cluster, *records)]
    project.up(STACK)
    assert versions(cluster) == before
    assert [each["metadata"]["name"] for each in objects(cluster, *records)] == revisions


def test_a_threshold_edited_in_the_stack_file_reaches_the_running_service(
    project: Project,
) -> None:
    """CFG-01, CFG-12: one edit, previewed, applied, and in force."""
    before = info(project)
    project.edit(STACK, "check_interval_seconds: 30", "check_interval_seconds: 20")
    preview = project.plumb("preview", STACK, "--json")
    planned = {
        f"{change['kind']}": change["action"] for change in json.loads(preview.stdout)["changes"]
    }
    assert planned == {"ConfigMap": "update", "Deployment": "update"}
    assert not project.status(STACK)["in_step"]
    after = info(project)
    assert after["thresholds"]["health"]["check_interval_seconds"] == 20
    assert after["config_hash"] != before["config_hash"]
    assert project.status(STACK)["in_step"]


def test_an_image_is_changed_and_rolled_back(project: Project, cluster: Cluster) -> None:
    """OPS-06: another image rolls out, and the stack file of before brings the old one back."""
    image = "image: bio-mcp-orchestrator:v1.0.0"
    project.edit(STACK, image, image.replace("v1.0.0", "v1.0.1"))
    project.up(STACK)
    assert _images(cluster) == {"bio-mcp-orchestrator:v1.0.1"}
    project.edit(STACK, image.replace("v1.0.0", "v1.0.1"), image)
    project.up(STACK)
    assert _images(cluster) == {"bio-mcp-orchestrator:v1.0.0"}


def test_a_broken_image_fails_with_its_last_words(
    project: Project, cluster: Cluster, tmp_path: Path
) -> None:
    """OPS-08: not only that it did not come up, but what it said; a good image then mends it."""
    _load_broken(cluster, tmp_path)
    good, broken = "image: bio-mcp-orchestrator:v1.0.0", "image: broken-orchestrator:v1.0.0"
    project.edit(STACK, good, broken)
    failed = project.plumb("up", STACK)
    assert failed.returncode == 3, failed.stdout
    assert "the licence of this build has run out" in failed.stderr
    project.edit(STACK, broken, good)
    project.up(STACK)
    assert project.status(STACK)["in_step"]


def test_down_leaves_nothing(project: Project, cluster: Cluster) -> None:
    """The development stack keeps nothing: neither namespace, claim nor release record."""
    done = project.plumb("down", STACK)
    assert done.returncode == 0, done.stderr
    names = [each["metadata"]["name"] for each in objects(cluster, "namespaces")]
    assert NAMESPACE not in names
    assert not objects(cluster, "secrets", "--all-namespaces", "--selector", "owner=helm")
    volumes = objects(cluster, "persistentvolumes")
    assert not [each for each in volumes if each["spec"]["claimRef"]["namespace"] == NAMESPACE]
    assert not project.status(STACK)["running"]
    assert project.plumb("down", STACK).returncode == 0


def _images(cluster: Cluster) -> set[str]:
    selector = ("--namespace", NAMESPACE, "--selector", "app=bio-mcp-orchestrator")
    pods = objects(cluster, "pods", *selector, "--field-selector", "status.phase=Running")
    return {each["spec"]["containers"][0]["image"] for each in pods}


def _load_broken(cluster: Cluster, folder: Path) -> None:
    busybox = cluster.cache.program("busybox").read_bytes()
    said = "echo the licence of this build has run out; exit 7"
    image = Image(
        name="docker.io/library/broken-orchestrator:v1.0.0",
        files={"bin/busybox": busybox},
        command=("/bin/busybox", "sh", "-c", said),
    )
    write_archive(image, folder / "broken.tar")
    cluster.load(folder / "broken.tar")
