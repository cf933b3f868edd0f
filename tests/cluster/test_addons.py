"""Flagger, its load tester and Prometheus of a stack's own, run for real."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from plumb.local.cluster import Cluster
from plumb.local.error import LocalError
from profiles.named import merged
from tests.cluster.conftest import NAME, objects
from tests.cluster.project import Project, make_project
from tests.cluster.test_stores import within

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = NAMESPACE = "addons"
_CANARY = Path(__file__).with_name("Pulumi.canary.yaml")
_WAIT_SECONDS = 60


def write_stack(project: Project, **sections: Any) -> None:
    """Write the stack: the canary's, in a namespace of its own, with these sections."""
    document = yaml.safe_load(_CANARY.read_text())
    own = {"cluster": {"namespace": NAMESPACE}}
    profile = merged(document["config"]["plumbline:profile"], merged(own, sections))
    document["config"]["plumbline:profile"] = profile
    (project.folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project without the stack."""
    return make_project(tmp_path_factory.mktemp("project"), NAME)


@pytest.fixture(scope="module")
def project(cluster: Cluster, empty: Project) -> Iterator[Project]:
    """Give a project whose stack runs; Flagger has taken it over."""
    write_stack(empty)
    empty.up(STACK)
    yield empty
    empty.plumb("down", STACK)


def asked(cluster: Cluster, service: str, path: str, payload: Path | None = None) -> str:
    """Return what a Service of the stack answers, through the API server."""
    address = f"/api/v1/namespaces/{NAMESPACE}/services/{service}/proxy/{path}"
    sent = ("create", "--raw", address, "--filename", payload) if payload else ()
    return cluster.kubectl(*map(str, sent or ("get", "--raw", address)))


def series(cluster: Cluster, query: str) -> list[dict[str, str]]:
    """Return the labels of the series that a query finds."""
    said = asked(cluster, "prometheus:9090", f"api/v1/query?query={quote(query)}")
    return [each["metric"] for each in json.loads(said)["data"]["result"]]


def may(cluster: Cluster, account: str, verb: str, what: str, namespace: str = NAMESPACE) -> bool:
    """Return what the API server says of an account's right."""
    who = f"--as=system:serviceaccount:{NAMESPACE}:{account}"
    try:
        cluster.kubectl("auth", "can-i", verb, what, who, "--namespace", namespace)
    except LocalError:
        return False  # that is how kubectl says no
    return True


def test_what_a_cluster_lacks_is_refused_before_anything_is_there(
    cluster: Cluster, empty: Project
) -> None:
    """Each with its field and the way out, and no namespace is left behind."""
    write_stack(
        empty,
        monitoring={"rules": True},
        addons={
            "metrics_server": {"provision": "managed"},
            "prometheus": {"provision": "existing", "url": "http://prometheus.monitoring:9090"},
        },
    )
    for command in ("preview", "up", "addons"):
        done = empty.plumb(command, STACK)
        assert done.returncode == 3, done.stdout
        assert "no PrometheusRule of monitoring.coreos.com/v1" in done.stderr
        assert "no Service prometheus in the namespace monitoring" in done.stderr
        assert "set addons.metrics_server.provision to 'existing'" in done.stderr
    names = {each["metadata"]["name"] for each in objects(cluster, "namespaces")}
    assert NAMESPACE not in names


def test_flagger_makes_the_pods_that_serve(cluster: Cluster, project: Project) -> None:
    """INF-13: by its name, its rights in this namespace alone, and definitions `up` installed."""
    (canary,) = objects(cluster, "canaries.flagger.app", "-n", NAMESPACE)
    assert canary["status"]["phase"] == "Initialized"
    found = objects(cluster, "deployments", "-n", NAMESPACE)
    ready = {each["metadata"]["name"]: each["status"].get("readyReplicas", 0) for each in found}
    assert ready["bio-mcp-orchestrator-primary"] == 2
    assert ready["bio-mcp-orchestrator"] == 0
    assert {ready[name] for name in ("flagger", "load-tester", "prometheus")} == {1}


def test_flagger_may_do_nothing_else(cluster: Cluster, project: Project) -> None:
    """SEC-05: what is not the service's is neither read nor changed, here or elsewhere."""
    assert may(cluster, "flagger", "update", "deployments/bio-mcp-orchestrator-primary")
    assert not may(cluster, "flagger", "update", "deployments/prometheus")
    assert not may(cluster, "flagger", "get", "secrets/alerts-secret")
    assert not may(cluster, "flagger", "list", "secrets")
    assert not may(cluster, "flagger", "get", "canaries.flagger.app", "default")
    assert not may(cluster, "prometheus", "list", "pods", "default")


def test_prometheus_measures_every_pod_by_its_name(cluster: Cluster, project: Project) -> None:
    """OBS-02: the labels that the analysis asks for, of each pod that serves."""
    pods = objects(
        cluster, "pods", "-n", NAMESPACE, "--selector", "app=bio-mcp-orchestrator-primary"
    )
    names = {each["metadata"]["name"] for each in pods}

    def measured() -> set[str]:
        found = series(cluster, f'plumbline_config_info{{namespace="{NAMESPACE}"}}')
        return {each["pod"] for each in found if each["container"] == "orchestrator"}

    assert within(_WAIT_SECONDS, lambda: names <= measured())
    assert not series(cluster, "up == 0")


def test_the_load_tester_runs_what_flagger_sends(
    cluster: Cluster, project: Project, tmp_path: Path
) -> None:
    """Its shell and `hey` are there; a command for another namespace's canary is turned down."""
    address = "http://bio-mcp-orchestrator-service:8000/livez"
    command = {"type": "cmd", "cmd": f"hey -n 3 -c 1 {address} && echo all sent"}
    payload = tmp_path / "payload.json"
    told = {"name": "bio-mcp-orchestrator", "metadata": command | {"logCmdOutput": "true"}}
    payload.write_text(json.dumps(told | {"namespace": NAMESPACE}))
    asked(cluster, "load-tester:80", "", payload)

    def log() -> str:
        return cluster.kubectl("logs", "--namespace", NAMESPACE, "deployment/load-tester")

    assert within(_WAIT_SECONDS, lambda: "all sent" in log())
    assert "[200]" in log()
    payload.write_text(json.dumps(told | {"namespace": "other"}))
    with pytest.raises(LocalError, match=r"[Ff]orbidden"):
        asked(cluster, "load-tester:80", "", payload)


def test_the_addons_are_part_of_what_is_awaited_and_in_step(project: Project) -> None:
    """`status` tells of them as of every other workload."""
    status = project.status(STACK)
    assert status["in_step"], status
    assert project.plumb("preview", STACK).stdout.startswith("nothing to change")
