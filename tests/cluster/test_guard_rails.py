"""Guard rails of a live stack, turned off and on again: objects go and come, pods stay ready."""

from collections.abc import Iterator

import pytest
import yaml

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.project import Project, make_project
from tests.stacks import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = NAMESPACE = "guarded"
KINDS = "limitranges,rolebindings,ingresses"
GUARDS = {
    "limits": {
        "default_cpu_request_millicores": 50,
        "default_cpu_limit_millicores": 500,
        "default_memory_request_mib": 64,
        "default_memory_limit_mib": 256,
        "max_cpu_millicores": 2000,
        "max_memory_mib": 2048,
    },
    "priorities": {"stores": 100_000, "service": 50_000, "jobs": 1000},
    "access": [{"group": "bio:operators", "role": "edit"}],
}
INGRESS = {
    "kind": "ingress",
    "host": "orchestrator.example.org",
    "class_name": "nginx",
    "tls_secret": "orchestrator-tls",
    "issuer": None,
    "gateway": None,
    "controller_namespace": "ingress-nginx",
}


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose guarded stack runs."""
    project = make_project(tmp_path_factory.mktemp("project"), NAME)
    bring_up(project, guarded=True)
    yield project
    project.plumb("down", STACK)


def bring_up(project: Project, *, guarded: bool) -> None:
    """Bring development up in a namespace of its own, with everything optional or without."""
    document = yaml.safe_load((ROOT / "Pulumi.development.yaml").read_text())
    profile = document["config"]["plumbline:profile"]
    profile["cluster"] |= {"namespace": NAMESPACE} | (GUARDS if guarded else {})
    if guarded:
        profile["network"] = {"ingress": INGRESS}
    (project.folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))
    project.up(STACK)


def guards(cluster: Cluster) -> list[str]:
    """Return the kinds of the guard rails that are there."""
    inside = objects(cluster, KINDS, "--namespace", NAMESPACE)
    classes = objects(cluster, "priorityclasses")
    own = [each for each in classes if each["metadata"]["name"].startswith(NAMESPACE)]
    return sorted({each["kind"] for each in [*inside, *own]})


def priorities(cluster: Cluster) -> set[str | None]:
    """Return the classes of the pods that are ready."""
    return {
        pod["spec"].get("priorityClassName")
        for pod in objects(cluster, "pods", "--namespace", NAMESPACE)
        if all(each["ready"] for each in pod["status"]["containerStatuses"])
        and "deletionTimestamp" not in pod["metadata"]
    }


def test_guard_rails_come_and_go_and_the_stack_serves_throughout(
    cluster: Cluster, project: Project
) -> None:
    """Unset parts leave nothing behind, on a live stack too; no limit blocks a pod (SEC-05)."""
    everything = ["Ingress", "LimitRange", "PriorityClass", "RoleBinding"]
    assert guards(cluster) == everything
    assert priorities(cluster) == {f"{NAMESPACE}-service"}
    bring_up(project, guarded=False)
    assert guards(cluster) == []
    assert priorities(cluster) == {None}
    bring_up(project, guarded=True)
    assert guards(cluster) == everything
    assert priorities(cluster) == {f"{NAMESPACE}-service"}
