"""The generated project."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumb.engine.engine import Release
from plumb.engine.pulumi.project import write_project, write_stack
from plumb.stackfile import json_text, read_stack
from tests.plumb.engine.parts import paper_release
from tests.stacks import ROOT, STACKS

_SALT = "v1:c2FsdA=="


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def _with_file(release: Release, path: Path, more: str = "") -> Release:
    path.write_text(release.file.path.read_text() + more)
    return replace(release, file=read_stack(path))


def test_the_project_is_the_repositorys_with_this_python(tmp_path: Path) -> None:
    """INF-01: the same project name and program as a plain `pulumi up` has."""
    write_project(paper_release(), tmp_path)
    written, own = _read(tmp_path / "Pulumi.yaml"), _read(ROOT / "Pulumi.yaml")
    assert written["name"] == own["name"]
    assert Path(written["main"]) == ROOT / own["main"]
    assert written["runtime"] == {"name": "python", "options": {"virtualenv": sys.prefix}}


def test_a_backend_of_the_repository_is_kept(tmp_path: Path) -> None:
    """A team that states its backend in Pulumi.yaml finds its stacks there."""
    release = _with_file(paper_release(), tmp_path / "Pulumi.development.yaml")
    (tmp_path / "Pulumi.yaml").write_text("name: plumbline\nbackend: {url: 's3://team'}\n")
    write_project(release, tmp_path / "own")
    assert _read(tmp_path / "own" / "Pulumi.yaml")["backend"] == {"url": "s3://team"}


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_has_the_users_profile_and_the_releases_context(
    tmp_path: Path, stack: str
) -> None:
    """The profile is the same text byte for byte; the context is where the release goes."""
    release = paper_release(stack)
    write_stack(release, tmp_path, own_backend=True)
    config = _read(tmp_path / f"Pulumi.{stack}.yaml")["config"]
    assert json_text(config["plumbline:profile"]) == release.file.profile_json
    assert config["plumbline:context"] == release.kubectl.context


def test_other_config_is_handed_on(tmp_path: Path) -> None:
    """A user's own keys reach the program, but for another context."""
    release = paper_release()
    config = {"aws:region": "x", "plumbline:context": "another"}
    write_stack(
        replace(release, file=replace(release.file, config=config)), tmp_path, own_backend=True
    )
    written = _read(tmp_path / "Pulumi.development.yaml")["config"]
    assert (written["aws:region"], written["plumbline:context"]) == ("x", "paper")


def test_the_users_file_is_left_alone_and_its_salt_goes_with_its_backend(tmp_path: Path) -> None:
    """A salt belongs to a backend: another one's would lock the state away."""
    path = tmp_path / "Pulumi.development.yaml"
    release = _with_file(paper_release(), path, f"encryptionsalt: {_SALT}\n")
    before, own, users = path.read_bytes(), tmp_path / "own", tmp_path / "users"
    for folder in (own, users):
        folder.mkdir()
        write_stack(release, folder, own_backend=folder is own)
    assert path.read_bytes() == before
    assert "encryptionsalt" not in _read(own / path.name)
    assert _read(users / path.name)["encryptionsalt"] == _SALT


def test_what_the_cli_wrote_is_kept(tmp_path: Path) -> None:
    """The salt that the CLI put into the generated file survives the next run."""
    path = tmp_path / "Pulumi.development.yaml"
    path.write_text(json.dumps({"encryptionsalt": _SALT, "config": {"plumbline:context": "old"}}))
    write_stack(paper_release(), tmp_path, own_backend=True)
    assert _read(path)["encryptionsalt"] == _SALT
    assert _read(path)["config"]["plumbline:context"] == "paper"
