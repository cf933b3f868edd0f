"""Credentials renewed under a running service, and Redis' file, on a real cluster."""

import base64
import json
import time
from collections.abc import Iterator

import pytest

from plumb.credentials.tls import issue
from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME, objects
from tests.cluster.load import Tally, load
from tests.cluster.project import Project, running

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "rotated"
QUESTION = {"input": "Do SGLT2 inhibitors reduce hospitalisation for heart failure?"}
ANSWERS = 20
"""Requests that must be answered once all is done."""

PERSISTENCE = """\
use: state
        persistence: {storage_gib: 1, storage_class: null, fsync: always}"""
AWKWARD = 'it\'s "new" \\ here'
"""A password that every quoting in between must leave alone."""

CONNECT = """
import os, psycopg, sys
newest = sys.stdin.read()
open("/tmp/newest.crt", "w").write(newest)
for name in ("DATABASE_URL", "DATABASE_MIGRATION_URL"):
    url = os.environ[name].replace("/etc/plumbline-database/ca.crt", "/tmp/newest.crt")
    psycopg.connect(url, connect_timeout=5).close()
    print("accepted")
"""
"""Run in the service's pod: both its addresses, trusting the newest authority alone."""

LOG_IN = (
    "IFS= read -r PGPASSWORD; export PGPASSWORD; "
    'psql -h 127.0.0.1 -U lguser -d langgraph -Atc "select 1"'
)
PING = "IFS= read -r REDISCLI_AUTH; export REDISCLI_AUTH; redis-cli ping"


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack runs; the tests go on from one to the next."""
    yield from running(tmp_path_factory.mktemp("project"), NAME, STACK)


@pytest.fixture
def address(project: Project) -> str:
    """Give the loopback address that leads to the Service."""
    return project.address(STACK)


def values(cluster: Cluster, secret: str) -> dict[str, str]:
    """Return a Secret's values in plain text."""
    said = cluster.kubectl("-n", STACK, "get", "secret", secret, "--output", "json")
    return {key: base64.b64decode(v).decode() for key, v in json.loads(said)["data"].items()}


def patch(cluster: Cluster, secret: str, **texts: str) -> None:
    """Change a Secret as somebody else would."""
    change = json.dumps({"stringData": texts})
    cluster.kubectl("-n", STACK, "patch", "secret", secret, "--type=merge", "--patch", change)


def inside(cluster: Cluster, pod: str, *command: str, text: str = "") -> str:
    """Return what a command in a pod answers to this input, whether it likes it or not."""
    script = ("sh", "-c", '"$@" 2>&1 || true', "sh", *command)
    return cluster.kubectl("-n", STACK, "exec", "-i", pod, "--", *script, text=text)


def pods(cluster: Cluster) -> set[str]:
    """Return the service's pods."""
    found = objects(cluster, "pods", "-n", STACK, "--selector", "app=bio-mcp-orchestrator")
    return {each["metadata"]["name"] for each in found if _stays(each)}


def _stays(pod: dict[str, dict[str, str]]) -> bool:
    return "deletionTimestamp" not in pod["metadata"]


def answers_on(tally: Tally) -> bool:
    """Whether the next answers are all there should be: from here on none may fail."""
    failed, done = tally.failures.total(), tally.done
    while tally.done < done + ANSWERS and tally.failures.total() == failed:
        time.sleep(0.1)
    return tally.failures.total() == failed


def test_a_password_is_renewed_under_load(project: Project, cluster: Cluster, address: str) -> None:
    """INF-03: pooler and server take it as they run; no request fails, the former is refused."""
    former, before = values(cluster, "database-secret"), pods(cluster)
    trusted = values(cluster, "database-tls")["ca.crt"]
    hosts = [f"{name}{end}" for name in ("postgres", "pooler") for end in ("", ".rotated.svc")]
    # Somebody else's change, which the next test finds: the kubelet is slow, so it starts now.
    patch(cluster, "database-tls", **issue(hosts, trusted).values)
    with load(address, "/invoke", QUESTION) as tally:
        done = project.plumb("credentials", STACK, "--rotate", "database-secret")
        assert done.returncode == 0, done.stdout + done.stderr
        assert answers_on(tally)
    assert not tally.failures
    new = values(cluster, "database-secret")
    assert not former.items() & new.items()
    assert not before & pods(cluster)
    said = done.stdout + done.stderr + cluster.kubectl("-n", STACK, "logs", "postgres-0")
    assert not [value for value in (former | new).values() if value in said]
    assert inside(cluster, "postgres-0", "sh", "-c", LOG_IN, text=new["password"]) == "1\n"
    refused = inside(cluster, "postgres-0", "sh", "-c", LOG_IN, text=former["password"])
    assert "password authentication failed" in refused


def test_what_somebody_else_changed_is_taken_and_rolled(
    project: Project, cluster: Cluster, address: str
) -> None:
    """A certificate and a password, as External Secrets or a person would change them."""
    patch(cluster, "cache-secret", password=AWKWARD)
    before = pods(cluster)
    with load(address, "/invoke", QUESTION) as tally:
        said = project.up(STACK)
        assert answers_on(tally)
    assert not tally.failures
    assert "Secret cache-secret has changed since pods that read it started" in said
    assert not before & pods(cluster)
    (pod,) = pods(cluster)
    newest = values(cluster, "database-tls")["ca.crt"].partition("-----END CERTIFICATE-----")
    accepted = inside(cluster, pod, "python", "-c", CONNECT, text="".join(newest[:2]))
    assert accepted == "accepted\n" * 2
    assert inside(cluster, "redis-0", "sh", "-c", PING, text=AWKWARD) == "PONG\n"
    assert "has changed since" not in project.up(STACK)


def test_what_redis_writes_down_survives_its_pod_and_an_edit(
    project: Project, cluster: Cluster
) -> None:
    """Persistence goes on, off and on again by edits; what was kept is there, full is refused."""
    edit = ("maxmemory_mib: 32", f"{PERSISTENCE}\n        maxmemory_mib: 32")
    project.edit(STACK, *edit)
    project.up(STACK)
    redis(cluster, "set", "kept", "yes")
    cluster.kubectl("-n", STACK, "delete", "pod", "redis-0", "--grace-period=0", "--force")
    project.up(STACK)
    assert redis(cluster, "get", "kept") == "yes"
    project.edit(STACK, *reversed(edit))
    project.up(STACK)
    assert redis(cluster, "get", "kept") == ""
    project.edit(STACK, *edit)
    project.up(STACK)
    assert redis(cluster, "get", "kept") == "yes"
    redis(cluster, "config", "set", "maxmemory", "1")
    assert redis(cluster, "set", "more", "x").startswith("OOM")


def redis(cluster: Cluster, *command: str) -> str:
    """Return what Redis answers."""
    return inside(cluster, "redis-0", "redis-cli", *command).strip()
