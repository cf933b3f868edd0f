"""The Dockerfiles hold to what the pods, the hashes and the requirements expect."""

import re
import stat
from pathlib import Path

import pytest

from plumb.images import docker
from plumb.images.need import Kind
from plumb.images.release import RELEASES
from plumb.images.source import source
from profiles import contract
from tests.stacks import ROOT, stack_files

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
KINDS: tuple[Kind, ...] = ("orchestrator", "upstreams", "postgres", "redis", "pgbouncer")


def stage(name: str) -> str:
    """Return the text of a stage, and of those that it is made from."""
    stages = {
        match[2]: (match[1], match[3])
        for match in re.finditer(r"^FROM (\S+) AS (\S+)\n(.*?)(?=^FROM|\Z)", TEXT, re.M | re.S)
    }
    parent, text = stages[name]
    others = [parent, *re.findall(r"--from=([\w-]+)", text)]
    return text + "".join(stage(other) for other in others if other in stages)


def copied(text: str) -> set[str]:
    """Return what is copied out of the build context."""
    found = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    return {name for line in found for name in line.split()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_copied_exists_and_is_hashed(kind: Kind) -> None:
    """A file that ends in an image is one of the inputs that rebuild it, and the reverse."""
    made_of = source(kind, ROOT)
    text = stage(kind) if made_of.target else (made_of.folder / "Dockerfile").read_text()
    assert copied(text) | {"Dockerfile"} == set(made_of.files)
    assert all((made_of.folder / name).exists() for name in made_of.files)


def test_the_context_is_what_the_images_are_made_of() -> None:
    """Nothing else is sent to an engine: no environment, no history, no secret."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    opened = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert opened == copied(TEXT)


def test_the_service_runs_as_the_profiles_user_on_the_contracts_ports() -> None:
    """OPS-01: user `appuser`, uid 1000; INF-02: ports 8000 and 8080."""
    users = {file.load().workload.run_as_user for file in stack_files().values()}
    text = stage("orchestrator")
    assert users == {1000}
    assert "useradd --uid 1000" in text
    assert "appuser" in text
    assert "USER 1000:1000" in text
    assert f"EXPOSE {contract.HTTP_PORT} {contract.METRICS_PORT}\n" in text
    assert f'"--port", "{contract.RECORDED_PORT}"' in stage("upstreams")


def test_every_package_is_pinned_by_hash_and_the_runtime_has_its_own_alone() -> None:
    """CFG-01: the service's image carries no Pulumi, no `plumb`, and no recorded records."""
    for install in re.findall(r"pip --python .* install .*", TEXT):
        assert "--require-hashes" in install
    assert copied(stage("orchestrator")) == {
        *("pyproject.toml", "requirements/runtime.txt", "profiles", "runtime"),
    }


def test_the_default_base_has_the_python_that_wheels_are_fetched_for() -> None:
    """A wheel of another Python would not install."""
    assert f"ARG BASE=python:{docker.PYTHON}-slim-" in TEXT
    assert {release.python for release in RELEASES} <= {"3.11", "3.12", "3.13"}


def test_the_servers_run_as_the_official_images_user() -> None:
    """INF-14, INF-15: volumes belong to 999, and Postgres ends fast when it is told to."""
    texts = {kind: (source(kind, ROOT).folder / "Dockerfile").read_text() for kind in KINDS[2:]}
    assert all("USER 999:999" in text for text in texts.values())
    assert "STOPSIGNAL SIGINT" in texts["postgres"]


def test_the_entry_point_is_a_shell_script() -> None:
    """It needs nothing that the official image's shell has not."""
    script = Path(source("postgres", ROOT).folder / "entrypoint.sh")
    assert script.read_text().startswith("#!/bin/sh\n")
    assert not script.stat().st_mode & stat.S_IWOTH
