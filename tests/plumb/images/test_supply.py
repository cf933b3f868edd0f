"""Images are made once, by an engine that answers."""

import io
import json
import os
import sys
import tarfile
from pathlib import Path

import pytest
from rich.console import Console

from plumb.images.archive import image_id
from plumb.images.docker import Docker, find_docker
from plumb.images.error import ImageError
from plumb.images.need import Need, needed
from plumb.images.source import source
from plumb.images.supply import Built, ensure, images_cache
from plumb.images.wheels import Wheels
from tests.stacks import ROOT, stack_files

DOCKER = """#!{python}
import io, json, os, sys, tarfile
with open({log!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "info":
    print({answer!r})
    sys.exit({code})
if sys.argv[1] in {failing!r}:
    sys.exit("no space left on device")
if sys.argv[1] == "save":
    content = json.dumps([{{"Config": "blobs/sha256/" + "c" * 64}}]).encode()
    with tarfile.open(sys.argv[3], "w") as tar:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
"""


class FakeDocker:
    """A program called docker, first on PATH, that logs what it is asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it on PATH, and the cache into the same folder."""
        self.log, self.program = folder / "log", folder / "bin" / "docker"
        self.program.parent.mkdir()
        monkeypatch.setenv("PATH", f"{self.program.parent}:{os.environ['PATH']}")
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        self.cache = images_cache()

    def answer(self, text: str, code: int = 0, failing: tuple[str, ...] = ()) -> None:
        """Write the program."""
        fields = {"python": sys.executable, "log": str(self.log), "failing": failing}
        self.program.write_text(DOCKER.format(answer=text, code=code, **fields))
        self.program.chmod(0o755)

    def asked(self, word: str) -> list[str]:
        """Return the command lines that began with a word."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.split()[0] == word]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """Give a Docker that works, and wheels that need not be fetched."""
    made = FakeDocker(tmp_path, monkeypatch)
    made.answer("28.1 x86_64")
    for kind in ("orchestrator", "upstreams"):
        wheels = Docker(machine="x86_64", cache=made.cache).wheels(source(kind, ROOT))
        assert isinstance(wheels, Wheels)
        wheels.folder.mkdir(parents=True)
    return made


def made(stack: str = "staging") -> tuple[Built, ...]:
    """Return a stack's images."""
    return ensure(Console(quiet=True), ROOT, stack_files()[stack].load())


def wanted(stack: str = "staging") -> tuple[Need, ...]:
    """Return what the stack needs."""
    return needed(stack_files()[stack].load())


@pytest.mark.parametrize(("text", "code"), [("", 0), ("", 1), ("Cannot connect", 1)])
def test_a_client_without_an_engine_is_not_docker(fake: FakeDocker, text: str, code: int) -> None:
    """Some clients end well without an engine; the server's version is what counts."""
    fake.answer(text, code)
    assert find_docker(fake.cache) is None


def test_an_engine_that_answers_is_docker(fake: FakeDocker) -> None:
    """Its architecture is what wheels are fetched for."""
    fake.answer("28.1 aarch64")
    found = find_docker(fake.cache)
    assert found
    assert found.machine == "aarch64"


def test_images_are_made_once(fake: FakeDocker) -> None:
    """The second run asks only whether there is an engine, and returns the same."""
    first = made()
    count = len(fake.asked("save"))
    assert made() == first
    assert len(fake.asked("save")) == count == len(first) == len(wanted())
    assert all(built.archive.is_file() for built in first)
    assert {built.image_id for built in first} == {f"sha256:{'c' * 64}"}


def test_our_images_are_built_with_their_hash_and_servers_are_pulled(fake: FakeDocker) -> None:
    """An engine has a registry: the official servers come from there."""
    images = made()
    [build] = fake.asked("build")
    inputs = images[0].archive.stem.removeprefix("orchestrator-")
    assert f"--label plumbline.dev/inputs={inputs}" in build
    assert "--target orchestrator" in build
    assert f"--tag {images[0].reference}" in build
    assert {line.split()[-1] for line in fake.asked("pull")} == {
        built.reference for built in images[1:]
    }


def test_a_failed_build_says_why_and_leaves_no_archive(fake: FakeDocker) -> None:
    """The message has the builder's last words; the next run tries again."""
    fake.answer("28.1 x86_64", failing=("build",))
    with pytest.raises(ImageError, match="no space left on device"):
        made()
    fake.answer("28.1 x86_64")
    assert len(made()) == len(wanted())


def test_an_archive_names_its_image_by_the_configuration(tmp_path: Path) -> None:
    """Older engines name the file by the digest alone, newer ones in a folder of blobs."""
    for name in ("abc.json", "blobs/sha256/abc"):
        archive = tmp_path / "image.tar"
        content = json.dumps([{"Config": name}]).encode()
        with tarfile.open(archive, "w") as tar:
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        assert image_id(archive) == "sha256:abc"


def test_a_file_that_is_no_image_is_told(tmp_path: Path) -> None:
    """A damaged archive is named, with what to do."""
    (tmp_path / "image.tar").write_text("nothing")
    with pytest.raises(ImageError, match="remove it"):
        image_id(tmp_path / "image.tar")
