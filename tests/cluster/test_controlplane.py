"""The control plane's files and command lines."""

import json
import stat
from pathlib import Path

from plumb.local.controlplane import corefile
from plumb.local.kubeconfig import write_kubeconfig
from tests.cluster.parts import paper_cluster


def test_every_file_that_a_daemon_names_is_written(tmp_path: Path) -> None:
    """No daemon starts with a certificate, key or configuration that is not there."""
    plane = paper_cluster(tmp_path).control_plane
    plane.prepare()
    daemons = [*plane.api(), *plane.controllers(), plane.metrics()]
    values = [word.partition("=")[2] for daemon in daemons for word in daemon.command]
    named = [Path(value) for value in values if value.startswith(str(tmp_path))]
    data = {plane.folder / "etcd"}  # etcd makes its own
    assert named
    assert [path for path in named if not path.is_file() and path not in data] == []


def test_a_second_preparation_changes_nothing(tmp_path: Path) -> None:
    """A running cluster keeps its keys when it is brought up again."""
    plane = paper_cluster(tmp_path).control_plane
    plane.prepare()
    before = {path: path.read_bytes() for path in plane.authority.folder.iterdir()}
    plane.prepare()
    assert {path: path.read_bytes() for path in plane.authority.folder.iterdir()} == before


def test_names_beyond_the_cluster_are_not_asked_for() -> None:
    """CoreDNS forwards nothing: a cluster without a way out must not wait for answers."""
    text = corefile(Path("addon.kubeconfig"))
    assert "kubernetes cluster.local" in text
    assert "forward" not in text


def test_a_kubeconfig_holds_everything_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """One file is enough to reach the cluster, from any folder."""
    cluster = paper_cluster(tmp_path)
    cluster.control_plane.prepare()
    path = tmp_path / "kubeconfig"
    write_kubeconfig(path, cluster.authority, "admin", "https://127.0.0.1:1", cluster.context)
    config = json.loads(path.read_text())
    assert config["current-context"] == "plumbline-paper"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(tmp_path) not in path.read_text()
