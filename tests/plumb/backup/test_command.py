"""Stacks without backups of their own are told where theirs are, before any cluster is asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plumb.backup.command import Backups
from plumb.cli import app
from plumb.errors import BAD_INPUT, ProjectError
from profiles import load_profile
from profiles.named import merged
from tests.stacks import profile_json, stack_files

EXTERNAL = {
    "database": {"mode": "external", "server": None, "external_max_connections": 500},
    "network": {"store_cidrs": ["10.0.0.0/8"]},
}
OPERATED = {"database": {"mode": "cnpg", "server": {"instances": 2}}}
NONE = {"database": {"server": {"backup": None}}}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (EXTERNAL, "no Postgres of its own"),
        (OPERATED, "kubectl cnpg backup postgres --namespace bio-mcp-production"),
        (NONE, r"set database\.server\.backup in Pulumi\.production\.yaml"),
    ],
)
def test_a_stack_without_dumps_is_told_what_to_do(stated: dict[str, Any], words: str) -> None:
    """OPS-04: bad input, not a failure."""
    profile = load_profile(json.dumps(merged(json.loads(profile_json("production")), stated)))
    with pytest.raises(ProjectError, match=words):
        Backups.server(stack_files()["production"], profile)
    assert ProjectError.exit_code == BAD_INPUT


@pytest.mark.parametrize("words", [["backup", "development"], ["restore", "development", "latest"]])
def test_the_commands_say_it_with_their_exit_code(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's file is not dumped; no cluster is needed to say so."""
    monkeypatch.chdir(Path(stack_files()["development"].path).parent)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == BAD_INPUT
    assert "database.mode 'sqlite'" in done.stderr


def test_a_list_and_a_check_are_not_asked_for_together() -> None:
    """One command does one thing."""
    done = CliRunner().invoke(app, ["backup", "production", "--list", "--check"])
    assert done.exit_code == BAD_INPUT
