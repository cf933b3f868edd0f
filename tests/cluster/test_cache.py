"""The cache holds complete artefacts only, and one builder at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from plumb.local.cache import artefact, cache_of, held


def test_an_artefact_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    """Nothing has the final name while the block runs; after it, it has."""
    final = tmp_path / "bin" / "program"
    with artefact(final) as partial:
        partial.write_text("whole")
        assert not final.exists()
    assert final.read_text() == "whole"


def test_an_interrupted_artefact_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    """A block that fails half way is begun again from nothing."""
    final = tmp_path / "folder"
    with pytest.raises(KeyboardInterrupt):
        _interrupted(final)
    assert not final.exists()
    with artefact(final) as partial:
        assert not partial.exists()
        partial.mkdir()
    assert list(final.iterdir()) == []


def _interrupted(final: Path) -> None:
    with artefact(final) as partial:
        partial.mkdir()
        (partial / "half").touch()
        raise KeyboardInterrupt


def test_the_cache_follows_the_environment(tmp_path: Path) -> None:
    """XDG_CACHE_HOME moves the cache, and each set of pins has a folder of its own."""
    cache = cache_of("abc", {"XDG_CACHE_HOME": str(tmp_path)})
    assert cache.path == tmp_path / "plumbline" / "local" / "abc"
    assert cache_of("abc", {}).path.is_relative_to(Path.home() / ".cache")


def test_a_second_builder_waits_for_the_first(tmp_path: Path) -> None:
    """A held lock makes the other say that it waits, and lets it go on afterwards."""
    lock = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from plumb.local.cache import held\n"
        "with held(Path(sys.argv[1]), lambda: print('waiting', flush=True)):\n"
        "    print('held', flush=True)"
    )
    said: list[str] = []
    with held(lock, lambda: said.append("waited")):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None
        assert other.stdout.readline() == "waiting\n"
    rest, _ = other.communicate(timeout=30)
    assert rest == "held\n"
    assert said == []
