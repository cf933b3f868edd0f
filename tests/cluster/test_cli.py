"""The command line says what is wrong and what to do, with its exit code."""

import json
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from plumb.local.cli import app
from plumb.local.error import LocalError, UnsupportedError
from plumb.local.log import find_logs, last_lines
from plumb.local.machine import processes
from plumb.local.requirement import check
from plumb.local.state import named_state
from tests.cluster.parts import paper_cluster


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    """Give a runner whose state and cache are empty folders."""
    env = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return CliRunner(env=env)


@pytest.mark.parametrize("command", ["status", "kubeconfig", "logs"])
def test_a_command_without_a_cluster_says_how_to_get_one(runner: CliRunner, command: str) -> None:
    """Nothing is started or written by asking."""
    result = runner.invoke(app, [command])
    assert result.exit_code == 3
    assert "plumb local up" in result.output


@pytest.mark.parametrize("nodes", ["0", "4"])
def test_a_number_of_nodes_out_of_range_is_refused(runner: CliRunner, nodes: str) -> None:
    """One to three were measured to work."""
    result = runner.invoke(app, ["up", "--nodes", nodes])
    assert result.exit_code == 2
    assert "equal to" in result.output


def test_a_name_that_is_none_is_refused(runner: CliRunner, tmp_path: Path) -> None:
    """A name becomes a folder and a control group: it cannot lead elsewhere."""
    result = runner.invoke(app, ["kubeconfig", "--name", "../other"])
    assert result.exit_code == 2
    assert "cannot name a cluster" in result.output
    assert not (tmp_path / "state").exists()


def test_down_without_a_cluster_is_fine(runner: CliRunner) -> None:
    """Taking down twice is not an error (on machines where up could have worked)."""
    result = runner.invoke(app, ["down"])
    assert result.exit_code in (0, 2)
    assert "no cluster default runs" in result.output or "needs root" in result.output


def test_a_dead_cluster_is_reported_as_it_is(tmp_path: Path) -> None:
    """After a reboot the files are there and nothing runs: status says so, for programs too."""
    state = tmp_path / "plumbline" / "local"
    paper = paper_cluster(tmp_path)
    state.mkdir(parents=True)
    paper.state.path.rename(state / "paper")
    runner = CliRunner(env={"XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)})
    result = runner.invoke(app, ["status", "--name", "paper", "--json"])
    report = json.loads(result.output)
    assert result.exit_code == 3
    assert report["running"] is False
    assert [machine["pid"] for machine in report["machines"]] == [None] * 5
    assert report["versions"]["kube-apiserver"] == "v1.34.4"


def test_folders_that_the_nodes_do_not_see_are_refused() -> None:
    """A cache below a masked folder would vanish inside every node."""
    with pytest.raises(UnsupportedError, match=r"XDG_CACHE_HOME|needs"):
        check([Path("/var/lib/somewhere/cache")])


def test_logs_are_found_by_daemon_and_by_machine(tmp_path: Path) -> None:
    """`kubelet` means that of every node, `n2/kubelet` one; an unknown name lists what there is."""
    cluster = paper_cluster(tmp_path, nodes=2)
    for node in cluster.nodes:
        log = node.host.machine.log("kubelet")
        log.parent.mkdir(parents=True)
        log.write_text(f"{node.name} one\n{node.name} two\n")
    assert list(find_logs(cluster, "kubelet")) == ["n1/kubelet", "n2/kubelet"]
    [(name, path)] = find_logs(cluster, "n2/kubelet").items()
    assert (name, last_lines(path, 1)) == ("n2/kubelet", ["n2 two"])
    with pytest.raises(LocalError, match="there are: n1/kubelet, n2/kubelet"):
        find_logs(cluster, "nothing")


def test_a_process_is_known_by_the_end_of_its_command_line() -> None:
    """No process id is remembered, so none can be another's by now."""
    own = psutil.Process().cmdline()
    assert psutil.Process() in list(processes(own))
    assert list(processes(["no", "such", "words"])) == []


def test_state_follows_the_environment(tmp_path: Path) -> None:
    """XDG_STATE_HOME moves the state."""
    state = named_state("a-b", {"XDG_STATE_HOME": str(tmp_path)})
    assert state.path == tmp_path / "plumbline" / "local" / "a-b"
    assert state.read() is None
