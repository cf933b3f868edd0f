"""`plumb status` of a stand-in for the service on a real cluster."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from plumb.engine.engine import EngineStatus, Release
from plumb.kube.kubectl import Kubectl
from plumb.local.cluster import Cluster
from plumb.rollout import wait
from plumb.status import Row, Status, status
from profiles import contract
from tests.cluster.workload import claim, deployment
from tests.plumb.rollout.releases import release_of, release_of_stack

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

NAMESPACE = "status"
DEPLOYED = EngineStatus(revision=3, state="deployed", changed="2026-01-01T12:00:00Z")
NOTHING = EngineStatus(revision=0, state="", changed="")
SERVE = f"exec httpd -f -p {contract.HTTP_PORT} -h /tmp"

Object = dict[str, Any]


def service(config_hash: str, **info: object) -> Object:
    """Return a Deployment of the service's name that answers as a service of this hash would."""
    answers = {
        "info": {"config_hash": config_hash, "overrides": [], **info},
        "health": {"status": "pass", "checks": {}},
    }
    files = [f"echo '{json.dumps(answer)}' > /tmp/{name}" for name, answer in answers.items()]
    made = deployment("bio-mcp-orchestrator", "; ".join([*files, SERVE]))
    template = made["spec"]["template"]
    template["metadata"]["annotations"] = {contract.CONFIG_HASH_ANNOTATION: config_hash}
    probe = {"httpGet": {"path": "/info", "port": contract.HTTP_PORT}, "periodSeconds": 1}
    container = template["spec"]["containers"][0]
    container["readinessProbe"] = probe
    container["volumeMounts"] = [
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  # the container's own
        {"name": "data", "mountPath": "/data"},
    ]
    template["spec"]["volumes"] = [
        {"name": "tmp", "emptyDir": {}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
    ]
    made["spec"]["strategy"] = {"type": "Recreate"}
    return made


class Stack:
    """A stand-in for development on the cluster."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Know the hash that development gives."""
        self.kubectl = kubectl
        self.hash = str(release_of_stack("development").rendered.outputs["config_hash"])
        self.release = self.release_of(service(self.hash))

    def release_of(self, made: Object) -> Release:
        """Return the release that consists of a service and its claim."""
        return release_of(self.kubectl, NAMESPACE, made, claim("data"))

    def deploy(self, made: Object) -> None:
        """Apply a service, and wait until it answers."""
        release = self.release_of(made)
        bodies = [
            {**each.body, "metadata": {**each.body["metadata"], "namespace": NAMESPACE}}
            for each in release.rendered.manifests
        ]
        self.kubectl.apply(bodies, manager="tests", doing="applying")
        wait(Console(file=io.StringIO()), self.kubectl, release)

    def status(self) -> Status:
        """Return its status."""
        return status(self.kubectl, self.release, DEPLOYED, "http://127.0.0.1:1", "helm")


def rows(found: Status) -> dict[str, Row]:
    """Return the rows by their subject."""
    return {row.subject: row for row in found.rows}


def printed(found: Status) -> str:
    """Return what a person sees."""
    text = io.StringIO()
    found.print(Console(file=text, width=100))
    return text.getvalue()


@pytest.fixture(scope="module")
def stack(cluster: Cluster) -> Iterator[Stack]:
    """Give a namespace without anything in it."""
    kubectl = Kubectl(
        program=cluster.kubectl_program, context=cluster.context, kubeconfig=cluster.kubeconfig
    )
    kubectl.run("create", "namespace", NAMESPACE)
    yield Stack(kubectl)
    kubectl.run("delete", "namespace", NAMESPACE, "--wait=false")


def test_a_stack_that_is_not_there_says_how_to_deploy_it(stack: Stack) -> None:
    """Nothing is compared where nothing runs."""
    found = stack.status()
    assert not found.deployed
    assert not found.in_step
    assert "not deployed in status on" in printed(found)
    assert "`plumb up development`" in printed(found)


def test_a_cluster_without_flagger_is_no_error(stack: Stack) -> None:
    """Production was never deployed there, and that is what is said."""
    release = replace(release_of_stack("production"), kubectl=stack.kubectl)
    found = status(stack.kubectl, release, NOTHING)
    assert not found.deployed
    assert "not deployed in bio-mcp-production" in printed(found)


def test_a_stack_that_runs_as_its_file_says_is_in_step(stack: Stack) -> None:
    """Every subject is asked for where it is: objects in the cluster, settings in the pods."""
    stack.deploy(service(stack.hash))
    found = stack.status()
    assert found.running
    assert [row.subject for row in found.rows if row.problem] == []
    assert found.in_step
    states = {subject: row.state for subject, row in rows(found).items()}
    assert states["settings"] == stack.hash
    assert states["pods"] == "1 of 1 ready"
    assert states["claim data"] == "Bound, 16Mi"
    assert states["engine"] == "helm revision 3, deployed, 2026-01-01T12:00:00Z"
    assert "✓ development: in step with its file" in printed(found)
    assert found.as_json()["in_step"] is True


def test_what_differs_comes_first_with_what_to_do(stack: Stack) -> None:
    """CFG-02: the hash that is active in the pods is the pods' own word, as are overrides."""
    override = {"variable": "LOG_LEVEL", "path": "log.level", "value": "DEBUG", "file_value": "x"}
    stack.deploy(service("0123456789ab", overrides=[override]))
    found = stack.status()
    assert not found.in_step
    settings = rows(found)["settings"]
    assert settings.state == "0123456789ab"
    assert settings.problem == f"the stack has {stack.hash}"
    assert "LOG_LEVEL sets log.level to DEBUG" in rows(found)["overrides"].state
    assert "differs: settings, overrides" in printed(found).splitlines()[0]


def test_a_service_that_does_not_run_is_told(stack: Stack) -> None:
    """Somebody scaled it away: the pods are missing, and nobody answers."""
    stack.kubectl.run(
        "scale", "deployment/bio-mcp-orchestrator", "--replicas=0", "--namespace", NAMESPACE
    )
    found = stack.status()
    assert not found.running
    assert rows(found)["pods"].problem == "the stack has 1"
    assert "does not serve" in printed(found)
