"""What the commands on a running stack say before any cluster is asked."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumb.cli import app
from tests.stacks import ROOT


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project of its own, as a machine without kubeconfig and programs."""
    for name in ("Pulumi.yaml", "Pulumi.development.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def plumb(*arguments: str) -> Result:
    """Run a command of plumb."""
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("command", ["up", "preview", "status", "down", "credentials"])
def test_a_place_must_be_named_once(command: str) -> None:
    """Nothing is done to a cluster that nobody named; exit code 2, and how to name one."""
    done = plumb(command, "development")
    assert done.exit_code == 2
    assert "--target local" in done.stderr
    assert "--context NAME" in done.stderr


def test_a_process_has_no_preview() -> None:
    """The option that would help is named."""
    done = plumb("preview", "development", "--target", "process")
    assert done.exit_code == 2
    assert "--target" in done.stderr


def test_a_process_has_its_credentials_from_its_environment() -> None:
    """There is no Secret to make, and the message says where the values come from."""
    done = plumb("credentials", "development", "--target", "process")
    assert done.exit_code == 2
    assert "environment" in done.stderr


def test_a_stack_that_does_not_run_cannot_be_asked() -> None:
    """The command that starts it is named."""
    done = plumb("ask", "development", "Does it work?", "--target", "process")
    assert done.exit_code == 2
    assert "plumb up development" in done.stderr


@pytest.mark.parametrize("command", ["status", "down", "preview"])
def test_a_local_cluster_that_is_not_there_is_not_made_to_be_asked(command: str) -> None:
    """Only `up` makes one; the others say how."""
    done = plumb(command, "development", "--target", "local")
    assert done.exit_code == 2
    assert "plumb local up" in done.stderr


def test_a_broken_rule_stops_before_any_cluster_is_touched(project: Path) -> None:
    """CFG-12: exit code 1 with the report, as `plumb check` gives it."""
    path = project / "Pulumi.development.yaml"
    size = "scratch_mib: 32"
    text = path.read_text()
    assert size in text
    path.write_text(text.replace(size, f"{size}\n      termination_grace_seconds: 10"))
    done = plumb("up", "development", "--context", "nowhere")
    assert done.exit_code == 1
    assert "PL015" in done.stderr
    assert not (project / ".plumbline").exists()
