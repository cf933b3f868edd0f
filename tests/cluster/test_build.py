"""A real, small build: progress, checksums, interruption, failure."""

import shutil
from pathlib import Path

import pytest

from plumb.local import build as building
from plumb.local.cache import Cache
from plumb.local.error import LocalError
from plumb.local.pins import Program

GO = shutil.which("go")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(GO is None, reason="no Go on PATH"),
]


def _program(module: Path) -> Program:
    # an absolute folder stands for itself, in place of one below the pinned modules
    return Program(name="tiny", module=str(module), package="tiny.local", version="v0", seconds=1)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Give a module of two lines that Go has never compiled before."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "go.mod").write_text("module tiny.local\n\ngo 1.24\n")
    (folder / "main.go").write_text(
        f"package main\n\nfunc main() {{ println({str(tmp_path)!r}) }}\n".replace("'", '"')
    )
    return folder


def test_a_program_is_built_and_each_package_told(tmp_path: Path, module: Path) -> None:
    """A person sees what is being compiled; the binary appears under its name."""
    cache, told = Cache(tmp_path / "cache"), list[str]()
    building.build(cache, Path(GO or ""), _program(module), told.append)
    assert (cache.programs / "tiny").stat().st_mode & 0o100
    assert any("tiny.local" in line for line in told)


def test_a_failed_build_shows_the_compilers_words(tmp_path: Path, module: Path) -> None:
    """The error has the log's end and its path, and nothing is left under the final name."""
    (module / "main.go").write_text("package main\n\nfunc main() { nonsense }\n")
    cache = Cache(tmp_path / "cache")
    with pytest.raises(LocalError, match=r"(?s)undefined: nonsense.*run it again"):
        building.build(cache, Path(GO or ""), _program(module), lambda _: None)
    assert not (cache.programs / "tiny").exists()


def test_an_interrupted_build_goes_on(tmp_path: Path, module: Path) -> None:
    """An interruption half way ends the compiler; the next build succeeds."""
    cache = Cache(tmp_path / "cache")

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build(cache, Path(GO or ""), _program(module), interrupt)
    assert not (cache.programs / "tiny").exists()
    building.build(cache, Path(GO or ""), _program(module), lambda _: None)
    assert (cache.programs / "tiny").exists()


def test_a_package_without_a_committed_checksum_is_refused(tmp_path: Path, module: Path) -> None:
    """Go itself refuses code that go.sum does not vouch for."""
    (module / "go.mod").write_text(
        "module tiny.local\n\ngo 1.24\n\nrequire golang.org/x/text v0.3.0\n"
    )
    (module / "main.go").write_text(
        'package main\n\nimport _ "golang.org/x/text/language"\n\nfunc main() {}\n'
    )
    with pytest.raises(LocalError, match=r"go\.sum"):
        building.build(Cache(tmp_path / "cache"), Path(GO or ""), _program(module), lambda _: None)
