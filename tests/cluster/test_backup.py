"""Backups of a real Postgres: made, proven, restored beside live data, and a broken one told."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from plumb.images.error import UnbuildableError
from plumb.images.need import needed
from plumb.images.supply import ensure
from plumb.local.addon import as_list
from plumb.local.cluster import Cluster
from plumb.render import Manifest, render
from plumb.stackfile import read_stack
from profiles import contract
from profiles.backup import CHECK_JOB
from tests.cluster.conftest import NAME
from tests.cluster.project import Project
from tests.stacks import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "backups"
ROWS = 2000
"""Rows of the live table, before a test removes the even ones."""
_FILE = Path(__file__).with_name(f"Pulumi.{STACK}.yaml")
_PARTS = (contract.DATABASE_COMPONENT, contract.BACKUP_COMPONENT)


@dataclass(frozen=True, slots=True)
class Live:
    """A stack's Postgres and its backups, without the service."""

    project: Project
    """The stack's file, and the cluster."""
    cluster: Cluster
    """Where it runs."""

    def plumb(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of plumb on the stack."""
        return self.project.plumb(command, STACK, *arguments)

    def done(self, command: str, *arguments: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        ended = self.plumb(command, *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def sql(self, statement: str, database: str = "langgraph") -> str:
        """Return what a statement answers."""
        ask = ["psql", "--username=lguser", f"--dbname={database}", "--no-align", "--tuples-only"]
        where = ("-n", STACK, "exec", "postgres-0", "--container", "postgres", "--")
        return self.cluster.kubectl(*where, *ask, "--command", statement).strip()

    def shell(self, script: str) -> str:
        """Return what a shell says that has the claim of the backups."""
        [mould] = self.cronjobs(CHECK_JOB)
        pod = mould["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        [container] = pod["containers"]
        container["command"] = ["bash", "-c", script]
        for mount in container["volumeMounts"]:
            mount.pop("readOnly", None)
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "hand"}, "spec": pod}
        self.cluster.kubectl("-n", STACK, "create", "--filename", "-", text=json.dumps(body))
        ended = "--for=jsonpath={.status.phase}=Succeeded"
        self.cluster.kubectl("-n", STACK, "wait", "pod/hand", ended, "--timeout=60s")
        said = self.cluster.kubectl("-n", STACK, "logs", "hand")
        self.cluster.kubectl("-n", STACK, "delete", "pod", "hand", "--now")
        return said

    def cronjobs(self, *names: str) -> list[dict[str, Any]]:
        """Return the CronJobs of these names."""
        return [
            json.loads(
                self.cluster.kubectl("-n", STACK, "get", "cronjob", name, "--output", "json")
            )
            for name in names
        ]


@pytest.fixture(scope="module")
def live(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give a Postgres with rows in it; the tests go on from one to the next."""
    folder = tmp_path_factory.mktemp("project")
    for path in (ROOT / "Pulumi.yaml", _FILE):
        (folder / path.name).write_text(path.read_text())
    live = Live(Project(folder, NAME), cluster)
    _load_images(cluster)
    rendered = render(read_stack(_FILE).profile_json, STACK)
    first, *others = [each.body for each in rendered.manifests if _is_needed(each)]
    cluster.kubectl("apply", "--filename", "-", text=json.dumps(first))
    live.done("credentials")
    cluster.kubectl("apply", "--server-side", "--filename", "-", text=as_list(others))
    cluster.kubectl("-n", STACK, "rollout", "status", "statefulset/postgres", "--timeout=120s")
    live.sql("create table checkpoints as select n from generate_series(1, 2000) as n")
    yield live
    cluster.kubectl("delete", "namespace", STACK, "--wait=false")


def test_a_backup_is_made_listed_and_restored_to_prove_it(live: Live) -> None:
    """OPS-04, INF-19: over TLS, from the server's own image, with the rows of its snapshot."""
    assert f"1 tables, {ROWS} rows" in live.done("backup")
    assert f"{ROWS}" in live.done("backup", "--list")
    assert f"can be restored: 1 tables, {ROWS} rows" in live.done("backup", "--check")


def test_it_is_restored_beside_the_live_data(live: Live) -> None:
    """OPS-05: the rows that were there, in a database of its own, and the way to switch to it."""
    live.sql("delete from checkpoints where n % 2 = 0")
    said = live.done("restore", "latest", "--into", "restored")
    assert "set database.server.database to restored in" in " ".join(said.split())
    count = "select count(*), max(n) from checkpoints"
    assert live.sql(count, "restored") == f"{ROWS}|{ROWS}"
    assert live.sql(count) == f"{ROWS // 2}|{ROWS - 1}"


def test_a_restore_refuses_what_would_overwrite(live: Live) -> None:
    """OPS-05: the reason is the job's own last line."""
    refused = live.plumb("restore", "latest", "--into", "restored")
    assert refused.returncode == 3
    assert "there is a database restored already, and nothing is overwritten" in refused.stderr


def test_a_restore_without_a_name_lists_the_names(live: Live) -> None:
    """OPS-05: usage, what there is, and exit code 2."""
    asked = live.plumb("restore")
    assert asked.returncode == 2
    assert "usage: plumb restore STACK NAME" in asked.stderr
    assert f"{ROWS}" in asked.stderr


def test_a_broken_dump_fails_the_check_with_the_reason(live: Live) -> None:
    """OPS-04: a file on the claim that lost its end."""
    live.shell('for each in "$BACKUPS"/2*/dump; do truncate --size=1000 "$each"; done')
    broken = live.plumb("backup", "--check")
    assert broken.returncode == 3
    assert "is broken: its dump has sha256" in broken.stderr


def test_retention_keeps_the_newest_and_what_is_not_its_own(live: Live) -> None:
    """OPS-04: a dump that is too old goes after a good one; a person's file stays."""
    old = "$BACKUPS/20200101T000000Z"
    live.shell(f'mkdir "{old}" "$BACKUPS/mine"; touch "{old}/dump" "{old}/manifest.json"')
    live.done("backup")
    left = live.shell('ls "$BACKUPS"').split()
    assert "20200101T000000Z" not in left
    assert "mine" in left
    assert len(left) == 3  # the broken one is not too old, and the new one


def _is_needed(manifest: Manifest) -> bool:
    labels = manifest.body["metadata"].get("labels", {})
    component = labels.get(contract.COMPONENT_LABEL)
    return manifest.kind in ("Namespace", "PriorityClass") or component in _PARTS


def _load_images(cluster: Cluster) -> None:
    profile = read_stack(_FILE).load()
    others = frozenset(each.reference for each in needed(profile) if each.kind != "postgres")
    try:
        images = ensure(Console(), ROOT, profile, others)
    except UnbuildableError as error:
        pytest.skip(str(error))
    for image in images:
        cluster.load(image.archive)
