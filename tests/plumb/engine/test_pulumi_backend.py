"""Where a stack's state is kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from plumb.engine.engine import EngineError
from plumb.engine.pulumi import PulumiEngine
from plumb.engine.pulumi.backend import environment, is_own
from plumb.engine.pulumi.cli import find_cli
from tests.plumb.engine import pulumi_cli
from tests.plumb.engine.parts import paper_release


def _environment(project: Path) -> dict[str, str]:
    project.mkdir(parents=True, exist_ok=True)
    return environment(find_cli(), project)


@pytest.mark.parametrize("target", ["local", "kind"])
def test_a_cluster_of_this_machine_keeps_its_state_in_the_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: str
) -> None:
    """It goes with the cluster, whatever backend the user has; its passphrase is empty."""
    pulumi_cli.place(monkeypatch, tmp_path)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://somewhere")
    project = tmp_path / "a b" / target / "pulumi"
    found = _environment(project)
    assert is_own(found)
    assert found["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert found["PULUMI_BACKEND_URL"] == (project / "state").as_uri()
    assert (project / "state").is_dir()


@pytest.mark.parametrize("name", ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"])
def test_a_backend_that_the_environment_names_is_the_users(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """A plain `pulumi up` there sees the same stack."""
    pulumi_cli.place(monkeypatch, tmp_path, whoami=pulumi_cli.BROKEN)
    monkeypatch.setenv(name, "named")
    assert not is_own(_environment(tmp_path / "context-x" / "pulumi"))


def test_whoever_has_logged_in_has_a_backend(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The CLI knows; no file of its own is read."""
    pulumi_cli.place(monkeypatch, tmp_path)
    assert not is_own(_environment(tmp_path / "context-x" / "pulumi"))


def test_who_has_logged_in_nowhere_gets_the_projects_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody must sign up anywhere to deploy."""
    pulumi_cli.place(monkeypatch, tmp_path, whoami=pulumi_cli.LOGGED_OUT)
    assert is_own(_environment(tmp_path / "context-x" / "pulumi"))


def test_a_backend_that_does_not_answer_is_no_reason_for_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A second state of one stack would create everything twice."""
    pulumi_cli.place(monkeypatch, tmp_path, whoami=pulumi_cli.BROKEN)
    with pytest.raises(EngineError, match="no route to the backend"):
        _environment(tmp_path / "context-x" / "pulumi")


def test_what_the_cli_fails_with_is_an_error_of_the_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A person sees the CLI's last words, and no trace of Python's."""
    cli = pulumi_cli.place(monkeypatch, tmp_path)
    script = cli.folder / "pulumi"
    failing = "case \"$*\" in *select*) echo 'error: passphrase must be set' >&2; exit 1 ;; esac\n"
    script.write_text(script.read_text() + failing)
    release = replace(paper_release(), folder=tmp_path / "development" / "local")
    with pytest.raises(EngineError, match=r"Pulumi: error: passphrase must be set$"):
        PulumiEngine().status(release)
