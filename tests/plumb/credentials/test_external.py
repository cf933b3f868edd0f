"""plumb.credentials.external: what a secrets manager is to give is looked for, and never made."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from plumb.credentials import Report, create
from tests.plumb.credentials.cluster import FakeCluster, fake_cluster
from tests.profiles.build import profile

NAMESPACE = "bio-mcp"
STORE = {"store": "vault", "kind": "SecretStore", "prefix": "", "refresh_seconds": 60}
OWN = {"app.kubernetes.io/part-of": "plumbline"}


@pytest.fixture
def cluster(tmp_path: Path) -> FakeCluster:
    """Give a cluster in which the stack's namespace is."""
    return fake_cluster(tmp_path, NAMESPACE)


def looked(cluster: FakeCluster, **credentials: Any) -> tuple[Report, str]:
    """Return what `plumb credentials` says of a stack that needs only two Secrets."""
    sections: dict[str, Any] = {
        "workload": {"environment": "development"},
        "database": {"server": {"tls": False}},
        "credentials": {"external": STORE} | credentials,
    }
    console = Console(file=io.StringIO(), width=1000)
    report = create(console, cluster.kubectl, profile(**sections), {})
    assert isinstance(console.file, io.StringIO)
    return report, console.file.getvalue()


def made_by_operator(name: str, status: str, message: str) -> dict[str, Any]:
    """Return an ExternalSecret of the stack's own."""
    ready = {"type": "Ready", "status": status, "message": message}
    return {
        "metadata": {"name": name, "labels": OWN},
        "spec": {"target": {"name": name}},
        "status": {"conditions": [ready]},
    }


def test_nothing_is_made_before_the_stack_has_declared_it(cluster: FakeCluster) -> None:
    """A random password would be in the database before the manager's is in the Secret."""
    report, printed = looked(cluster)
    assert report.made == ()
    assert cluster.read()["secrets"] == {}
    assert len(report.lacking) == 2
    assert "cache-secret: lacks password; no ExternalSecret yet: `plumb up` declares it" in printed


def test_what_the_operator_says_is_said(cluster: FakeCluster) -> None:
    """Ready, or why not; a Secret that is complete is fine whatever the last look said."""
    cluster.change(
        external=[
            made_by_operator("database-secret", "True", "synced"),
            made_by_operator("cache-secret", "False", "no such entry"),
        ]
    )
    cluster.put("database-secret", {"password": "hush"})
    report, printed = looked(cluster)
    assert "database-secret: password (from ExternalSecret/database-secret)" in printed
    (lacking,) = report.lacking
    assert lacking == (
        "cache-secret lacks password; from ExternalSecret/cache-secret, which is not ready: "
        "no such entry"
    )
    assert "hush" not in printed


def test_a_stack_that_leaves_its_manager_makes_its_secrets_again(cluster: FakeCluster) -> None:
    """What it has declared itself is about to go, and is nobody else's."""
    cluster.change(external=[made_by_operator("cache-secret", "True", "synced")])
    report, _ = looked(cluster, external=None)
    assert "cache-secret/password" in report.made
