"""The service behind a transaction pooler, encrypted on both sides, on a real Postgres."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.load import load
from tests.cluster.project import Project, running

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "pooled"
QUESTION = {"input": "Do SGLT2 inhibitors reduce hospitalisation for heart failure?"}
RUNS = 20
WAIT_SECONDS = 90
CLIENTS = """
    select client_addr, ssl from pg_stat_activity join pg_stat_ssl using (pid)
    where client_addr is not null
"""
CONNECT = """
import os, psycopg
for name in ("DATABASE_URL", "DATABASE_MIGRATION_URL"):
    for mode in ("verify-full", "disable"):
        url = os.environ[name].replace("verify-full", mode)
        try:
            psycopg.connect(url, connect_timeout=5).close()
            print(name, mode, "accepted")
        except psycopg.OperationalError as error:
            print(name, mode, str(error).splitlines()[0])
"""
"""Run in the service's pod: what each of its addresses says with and without encryption."""


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack runs; the last test breaks its data."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


@pytest.fixture
def address(project: Project) -> str:
    """Give the loopback address that leads to the Service."""
    return project.address(STACK)


def query(cluster: Cluster, text: str) -> list[str]:
    """Return what Postgres answers, a row a line."""
    ask = ["psql", "--username=lguser", "--dbname=langgraph", "--no-align", "--tuples-only"]
    pod = ("-n", STACK, "exec", "postgres-0", "--container=postgres", "--")
    return cluster.kubectl(*pod, *ask, "--command", text).split()


def test_runs_leave_their_checkpoints_behind_a_transaction_pooler(
    cluster: Cluster, address: str
) -> None:
    """PL003: no run meets a statement that another connection prepared; all is encrypted."""
    answers = [httpx.post(f"{address}/invoke", json=QUESTION, timeout=30) for _ in range(RUNS)]
    assert [answer.status_code for answer in answers] == [200] * RUNS
    (kept,) = query(cluster, "select count(distinct thread_id) from checkpoints")
    assert int(kept) >= RUNS
    (pooler,) = objects(cluster, "pods", "-n", STACK, "--selector=app=pooler")
    found = query(cluster, CLIENTS)
    assert set(found) == {f"{pooler['status']['podIP']}|t"}
    assert len(found) <= 2  # what the profile lets the pooler open


def test_nothing_is_accepted_in_plain_text(cluster: Cluster, project: Project) -> None:
    """SEC-04: pooler and server both take verified connections, and refuse any other."""
    service = ("-n", STACK, "exec", "deployment/bio-mcp-orchestrator", "--")
    said = cluster.kubectl(*service, "python", "-c", CONNECT).splitlines()
    assert said[0] == "DATABASE_URL verify-full accepted"
    assert "SSL required" in said[1]
    assert said[2] == "DATABASE_MIGRATION_URL verify-full accepted"
    assert "no pg_hba.conf entry" in said[3]
    assert "no encryption" in said[3]


def test_a_pooler_that_is_replaced_costs_no_run(cluster: Cluster, address: str) -> None:
    """Fault 10: what a connection carries as it ends is sent again over the next pooler."""
    with load(address, "/invoke", QUESTION) as tally:
        cluster.kubectl("-n", STACK, "rollout", "restart", "deployment/pooler")
        cluster.kubectl("-n", STACK, "rollout", "status", "deployment/pooler", "--timeout=60s")
    assert not tally.failures
    assert tally.done > RUNS


def test_the_data_of_another_major_are_refused_and_untouched(
    cluster: Cluster, project: Project
) -> None:
    """Rule 39: the pod says both majors and the way on, and Postgres never starts on them."""
    pod = ("-n", STACK, "exec", "postgres-0", "--container=postgres", "--")
    cluster.kubectl(*pod, "sh", "-c", "echo 16 > $PGDATA/PG_VERSION")
    cluster.kubectl("-n", STACK, "delete", "pod", "postgres-0")
    deadline = time.monotonic() + WAIT_SECONDS
    while not (message := _refusal(cluster)):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert "are of Postgres 16, but postgres:17 is Postgres 17" in message
    assert "dump with 16" in message
    failed = project.plumb("up", STACK)
    assert failed.returncode
    assert "are of Postgres 16" in failed.stdout + failed.stderr


def _refusal(cluster: Cluster) -> str:
    """Return what the check of the major said when it failed; nothing while it has not."""
    found = cluster.kubectl("-n", STACK, "get", "pods", "--selector=app=postgres", "--output=json")
    for pod in json.loads(found)["items"]:
        for status in pod["status"].get("initContainerStatuses", []):
            for state in (status["state"], status.get("lastState", {})):
                if said := state.get("terminated", {}).get("message"):
                    return str(said)
    return ""
