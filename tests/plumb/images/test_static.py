"""Images of Go programs hold what the official ones of their tag hold, and start the same way."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from plumb.images.archive import image_id
from plumb.images.builder import Job
from plumb.images.error import UnbuildableError
from plumb.images.need import Kind, Need
from plumb.images.source import source
from plumb.images.static import (
    STATIC,
    kept_programs,
    packages_folder,
    static_base,
    static_steps,
)
from plumb.local.pins import GO_MINIMUM
from plumb.local.toolchain import go_version
from profiles.named.recommended import RECOMMENDED
from tests.stacks import ROOT

_ADDONS: dict[str, Any] = RECOMMENDED["addons"]


def need(kind: Kind, tag: str | None = None) -> Need:
    """Return an add-on's image as the recommended profile names it, or with another tag."""
    section = kind.replace("-", "_")
    name, _, own = _ADDONS[section]["image"].rpartition(":")
    return Need(kind=kind, reference=f"{name}:{tag or own}", field=f"addons.{section}.image")


@pytest.mark.parametrize("kind", STATIC)
def test_the_recommended_image_is_the_one_that_is_built(kind: Kind) -> None:
    """A profile's tag and the module that is compiled are one release."""
    assert static_base(need(kind))
    made_of = STATIC[kind]
    pins = (source(kind, ROOT).folder / "go.mod").read_text()
    for program in made_of.programs:
        module = program.package.partition("/cmd/")[0]
        assert f"{module} {program.version}" in pins


@pytest.mark.parametrize("kind", STATIC)
def test_another_release_is_refused_with_the_fix(kind: Kind) -> None:
    """No image ever carries a tag that its program is not."""
    fix = f"set addons.{kind.replace('-', '_')}.image to .*:{STATIC[kind].tag}$"
    with pytest.raises(UnbuildableError, match=fix):
        static_base(need(kind, "9.9.9"))


def test_the_go_that_is_fetched_builds_them() -> None:
    """The toolchain is the local cluster's."""
    (line,) = (
        line
        for line in (source("flagger", ROOT).folder / "go.mod").read_text().splitlines()
        if line.startswith("go ")
    )
    assert go_version(f"go{line.removeprefix('go ')}") <= GO_MINIMUM


@pytest.mark.parametrize(
    ("kind", "program", "folder", "has_shell"),
    [
        ("flagger", "flagger", "/", False),
        ("load-tester", "loadtester", "/home/app", True),
        ("metrics-server", "metrics-server", "/", False),
    ],
)
def test_an_image_starts_as_the_official_one(
    tmp_path: Path, kind: Kind, program: str, folder: str, has_shell: bool
) -> None:
    """Its program by the arguments alone; a shell and `hey` only where commands are run."""
    job = Job(
        need=need(kind),
        source=source(kind, ROOT),
        inputs="abc",
        archive=tmp_path / "image.tar",
    )
    _run_last(job, tmp_path)
    assert image_id(job.archive)
    with tarfile.open(job.archive) as archive:
        [manifest] = _json(archive, "manifest.json")
        config = _json(archive, manifest["Config"])["config"]
        with tarfile.open(fileobj=archive.extractfile(manifest["Layers"][0])) as layer:
            names = set(layer.getnames())
    assert manifest["RepoTags"] == [job.need.reference]
    assert (config["Entrypoint"], config["WorkingDir"]) == ([f"./{program}"], folder)
    assert config["Labels"] == {"plumbline.dev/inputs": "abc"}
    assert f"{folder}/{program}".lstrip("/") in names
    assert "etc/ssl/certs/ca-certificates.crt" in names
    assert ({"bin/sh", "bin/busybox", "bin/hey"} <= names) == has_shell


def _run_last(job: Job, cache: Path) -> None:
    """Write the archive as if the programs and packages had been made before."""
    kept, tools = kept_programs(cache, job.source.folder), packages_folder(cache, "debian")
    made = {
        kept.programs / program.name: program.name for program in STATIC[job.need.kind].programs
    }
    made |= {tools / "usr/bin/busybox": "busybox"}
    made |= {tools / "usr/share/ca-certificates/mozilla/one.crt": "one"}
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    *before, last = static_steps(job, cache, "debian")
    assert all(step.is_done() for step in before)
    last.run(print)


def _json(archive: tarfile.TarFile, name: str) -> Any:
    file = archive.extractfile(name)
    assert file is not None
    return json.loads(file.read())
