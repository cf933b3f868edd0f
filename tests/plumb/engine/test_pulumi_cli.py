"""How the Pulumi CLI is found."""

from pathlib import Path

import pytest

from plumb.engine.engine import EngineError
from plumb.engine.pulumi import PulumiEngine
from plumb.engine.pulumi.cli import find_cli, installed_root
from tests.plumb.engine import pulumi_cli
from tests.plumb.engine.parts import paper_release


def test_a_missing_cli_names_both_ways_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every command of the engine says how to get the CLI, and how to go without."""
    pulumi_cli.remove(monkeypatch, tmp_path)
    with pytest.raises(EngineError, match=r"plumb install-cli.*--engine helm"):
        PulumiEngine().status(paper_release())


def test_the_cli_on_path_is_taken_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the user installed wins over what `plumb install-cli` did."""
    pulumi_cli.place(monkeypatch, tmp_path)
    assert find_cli().command == "pulumi"


def test_an_installed_cli_is_found_without_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What `plumb install-cli` installed needs no entry in PATH."""
    pulumi_cli.remove(monkeypatch, tmp_path)
    folder = installed_root() / "bin"
    folder.mkdir(parents=True)
    pulumi_cli.place(monkeypatch, folder)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert find_cli().command == str(folder / "pulumi")


def test_a_cli_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The SDK's own minimum decides, and the message names both versions."""
    pulumi_cli.place(monkeypatch, tmp_path, version="v2.9.0")
    with pytest.raises(EngineError, match=r"current CLI version is 2\.9\.0"):
        find_cli()


def test_a_cli_that_does_not_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A broken file on PATH is an error of the engine, not a trace."""
    pulumi_cli.place(monkeypatch, tmp_path)
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexit 7\n")
    with pytest.raises(EngineError, match="does not run"):
        find_cli()
