"""plumb.credentials in front of a real API server."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from plumb.credentials import Report, create, read_api_key
from plumb.kube.kubectl import Kubectl
from plumb.local.cluster import Cluster
from profiles.profile import Profile
from tests.profiles.build import profile

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

NAMESPACE = "credentials"
EXTERNAL_SECRETS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "externalsecrets.external-secrets.io"},
    "spec": {
        "group": "external-secrets.io",
        "scope": "Namespaced",
        "names": {"kind": "ExternalSecret", "plural": "externalsecrets"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}
"""As much of the real definition as tells which Secret an ExternalSecret makes."""


@pytest.fixture
def kubectl(cluster: Cluster) -> Iterator[Kubectl]:
    """Give the way to a cluster with an empty namespace."""
    way = Kubectl(
        program=cluster.kubectl_program,
        context=cluster.context,
        kubeconfig=cluster.kubeconfig,
    )
    way.run("create", "namespace", NAMESPACE)
    yield way
    way.run("delete", "namespace", NAMESPACE, "--wait=true")


def stack(**sections: Any) -> Profile:
    """Return the recommended profile in the tests' namespace."""
    return profile(cluster={"namespace": NAMESPACE}, **sections)


def made(kubectl: Kubectl, **environment: str) -> Report:
    """Make the credentials of the stack."""
    return create(Console(file=io.StringIO()), kubectl, stack(), environment)


def values(kubectl: Kubectl, secret: str) -> dict[str, str]:
    """Return a Secret's values in plain text."""
    found = kubectl.get("secret", secret, NAMESPACE)
    assert found is not None
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def test_credentials_are_made_once_and_completed_later(kubectl: Kubectl) -> None:
    """INF-03, SEC-03: made, found again, and completed by a key that a person has by then."""
    first = made(kubectl)
    assert len(first.made) == 7
    before = values(kubectl, "database-secret")
    assert before.keys() == {"password"}
    assert made(kubectl).made == ()
    assert made(kubectl, NCBI_API_KEY="hush").made == ("langgraph-secrets/ncbi",)
    assert values(kubectl, "database-secret") == before
    assert values(kubectl, "langgraph-secrets")["ncbi"] == "hush"
    assert read_api_key(kubectl, stack()) == values(kubectl, "langgraph-secrets")["client-key"]
    assert "last-applied" not in kubectl.run("get", "secrets", "-n", NAMESPACE, "-o", "json")


def test_an_external_secret_is_found_by_its_target(kubectl: Kubectl) -> None:
    """Where external-secrets.io is installed, what it makes is left to it."""
    kubectl.run("apply", "--filename", "-", text=json.dumps(EXTERNAL_SECRETS))
    name = EXTERNAL_SECRETS["metadata"]["name"]  # type: ignore[index]  # a mapping, see above
    try:
        kubectl.run("wait", "--for=condition=Established", f"crd/{name}", "--timeout=30s")
        vault = {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": "vault", "namespace": NAMESPACE},
            "spec": {"target": {"name": "cache-secret"}},
        }
        kubectl.run("create", "--filename", "-", text=json.dumps(vault))
        outcomes = {outcome.secret: outcome for outcome in made(kubectl).outcomes}
        assert outcomes["cache-secret"].deed == "left"
        assert kubectl.get("secret", "cache-secret", NAMESPACE) is None
        assert outcomes["database-secret"].deed == "made"
    finally:
        kubectl.run("delete", "crd", str(name))
