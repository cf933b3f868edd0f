"""A stack with Postgres, Redis and several pods: rolled, scaled, killed, pruned, under load."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.load import load
from tests.cluster.project import Project, running

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "stores"
REQUESTS = 2000
"""Least number of requests of which a rolling update may drop none."""
QUESTION = {"input": "Do SGLT2 inhibitors reduce hospitalisation for heart failure?"}
WAIT_SECONDS = 90


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack runs; the tests go on from one to the next."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


@pytest.fixture
def address(project: Project) -> str:
    """Give the loopback address that leads to the Service."""
    return project.address(STACK)


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Whether something comes true in time; looked at twice a second."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def answers(address: str) -> bool:
    """Whether a question gets a complete answer."""
    try:
        answer = httpx.post(f"{address}/invoke", json=QUESTION, timeout=30)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def checkpoints(cluster: Cluster) -> int:
    """Return the number of checkpoints that Postgres holds."""
    ask = ["psql", "--username=lguser", "--dbname=langgraph", "--no-align", "--tuples-only"]
    count = "select count(*) from checkpoints"
    said = cluster.kubectl("-n", STACK, "exec", "postgres-0", "--", *ask, "--command", count)
    return int(said)


def ready(cluster: Cluster, kind: str, name: str) -> int:
    """Return the number of ready pods of a workload."""
    (found,) = [
        each for each in objects(cluster, kind, "-n", STACK) if each["metadata"]["name"] == name
    ]
    return int(found["status"].get("readyReplicas", 0))


def test_the_stack_answers_and_checkpoints_in_its_own_postgres(
    cluster: Cluster, address: str, project: Project
) -> None:
    """INF-14, INF-15, CON-05: credentials made once, both stores in use, all in step."""
    assert answers(address)
    assert checkpoints(cluster) > 0
    health = httpx.get(f"{address}/health").json()
    assert health["status"] in ("pass", "healthy", "ok"), health
    assert project.status(STACK)["in_step"]


def test_a_rolling_update_under_load_drops_nothing(project: Project, address: str) -> None:
    """PERF-05: of at least 2,000 requests across a rollout of every pod, each is answered."""
    with load(address, "/invoke", QUESTION) as tally:
        project.edit(STACK, "rate_limit_requests: 100000", "rate_limit_requests: 99999")
        project.up(STACK)
        assert within(WAIT_SECONDS, lambda: tally.done + tally.failures.total() >= REQUESTS)
    assert not tally.failures
    assert tally.done >= REQUESTS


def test_a_scale_edit_reaches_the_cluster(project: Project, cluster: Cluster) -> None:
    """INF-02: pods come and go by the stack file."""
    project.edit(STACK, "replicas: 2", "replicas: 3")
    project.up(STACK)
    assert ready(cluster, "deployments", "bio-mcp-orchestrator") == 3
    project.edit(STACK, "replicas: 3", "replicas: 2")
    project.up(STACK)
    assert ready(cluster, "deployments", "bio-mcp-orchestrator") == 2


def test_a_killed_postgres_comes_back_with_its_data(cluster: Cluster, address: str) -> None:
    """INF-14: no pod of the service restarts for it, and nothing that was kept is lost."""
    assert answers(address)
    kept, restarts = checkpoints(cluster), _restarts(cluster)
    cluster.kubectl("-n", STACK, "delete", "pod", "postgres-0", "--grace-period=0", "--force")
    assert within(WAIT_SECONDS, lambda: ready(cluster, "statefulsets", "postgres") == 1)
    assert within(WAIT_SECONDS, lambda: answers(address))
    assert checkpoints(cluster) >= kept
    assert _restarts(cluster) == restarts


def test_a_killed_redis_costs_no_answer(cluster: Cluster, address: str) -> None:
    """INF-15: the cache may lose everything at any time."""
    cluster.kubectl("-n", STACK, "delete", "pod", "redis-0", "--grace-period=0", "--force")
    assert answers(address)
    assert within(WAIT_SECONDS, lambda: ready(cluster, "statefulsets", "redis") == 1)
    assert answers(address)


def test_what_leaves_the_stack_is_pruned_and_the_rest_stays(
    project: Project, cluster: Cluster
) -> None:
    """INF-01: exactly the budget's object goes, claims and all else stay; it comes back too."""
    before = _names(cluster)
    project.edit(STACK, "disruption:\n      min_available: 1\n", "disruption: null\n")
    project.up(STACK)
    (pruned,) = before - _names(cluster)
    assert pruned.startswith("PodDisruptionBudget/")
    project.edit(STACK, "disruption: null\n", "disruption:\n      min_available: 1\n")
    project.up(STACK)
    assert _names(cluster) == before


def test_a_change_that_kubernetes_cannot_make_in_place_changes_nothing(
    project: Project, cluster: Cluster
) -> None:
    """A larger claim of a StatefulSet is refused with the way to do it, before anything moves."""
    versions = _versions(cluster)
    project.edit(STACK, "storage_gib: 1", "storage_gib: 2")
    project.edit(STACK, "max_concurrent_graphs: 6", "max_concurrent_graphs: 5")
    refused = project.plumb("up", STACK)
    assert refused.returncode == 3, refused.stdout
    assert "StatefulSet/postgres" in refused.stderr
    assert "--cascade=orphan" in refused.stderr
    assert _versions(cluster) == versions
    project.edit(STACK, "storage_gib: 2", "storage_gib: 1")
    project.edit(STACK, "max_concurrent_graphs: 5", "max_concurrent_graphs: 6")


def test_down_keeps_what_holds_data_and_up_finds_it_again(
    project: Project, cluster: Cluster
) -> None:
    """INF-14: a retained stack loses its pods, never its claims; checkpoints are there again."""
    kept = checkpoints(cluster)
    done = project.plumb("down", STACK)
    assert done.returncode == 0, done.stderr
    assert "Namespace/stores" in done.stdout
    claims = objects(cluster, "persistentvolumeclaims", "-n", STACK)
    assert [each["metadata"]["name"] for each in claims] == ["backups", "data-postgres-0"]
    assert not objects(cluster, "services,deployments,statefulsets", "-n", STACK)
    assert within(WAIT_SECONDS, lambda: not objects(cluster, "pods", "-n", STACK))  # they drain
    project.up(STACK)
    assert checkpoints(cluster) >= kept


def _restarts(cluster: Cluster) -> dict[str, int]:
    pods = objects(cluster, "pods", "-n", STACK, "--selector", "app=bio-mcp-orchestrator")
    return {
        each["metadata"]["name"]: sum(
            one["restartCount"] for one in each["status"]["containerStatuses"]
        )
        for each in pods
        if "deletionTimestamp" not in each["metadata"]  # scaled down before, and still draining
    }


def _names(cluster: Cluster) -> set[str]:
    kinds = "deployments,statefulsets,services,networkpolicies,configmaps,poddisruptionbudgets"
    found = objects(cluster, f"{kinds},persistentvolumeclaims", "-n", STACK)
    return {f"{each['kind']}/{each['metadata']['name']}" for each in found}


def _versions(cluster: Cluster) -> dict[str, str]:
    found = objects(cluster, "deployments,statefulsets,configmaps,services", "-n", STACK)
    return {
        each["metadata"]["uid"]: str(each["metadata"].get("generation") or each.get("data"))
        for each in found
    }
