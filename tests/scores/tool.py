"""The scorers: built, or installed, once into the user's cache, pinned by their checksums."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from plumb.local.build import command
from plumb.local.cache import Cache, artefact, held
from plumb.local.error import LocalError
from plumb.local.pins import Program
from plumb.local.toolchain import fetch_go, find_go

_MODULE = Path(__file__).parent / "kube-score"
_REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "checkov.txt"
_BUILD_SECONDS = 900

_KUBE_SCORE = Program(
    name="kube-score",
    module="kube-score",
    package="github.com/zegl/kube-score/cmd/kube-score",
    version="v1.20.0",
    seconds=30,
)


def kube_score() -> Path:
    """Return the kube-score program; skips the test where it cannot be built."""
    cache = _cache(_MODULE / "go.mod", _MODULE / "go.sum")
    return _made(cache.programs / _KUBE_SCORE.name, lambda output: _build(cache, output))


def checkov() -> Path:
    """Return the Python that has checkov; skips the test where it cannot be installed."""
    cache = _cache(_REQUIREMENTS, Path(sys.executable))
    return _made(cache.path / "checkov", _install) / "bin" / "python"


def _made(final: Path, make: Callable[[Path], None]) -> Path:
    with held(final.parent / "lock", lambda: None):
        if not final.exists():
            try:
                with artefact(final) as output:
                    make(output)
            except (subprocess.SubprocessError, LocalError) as error:
                _unavailable(f"{final.name}: {error}")
    return final


def _unavailable(reason: str) -> None:
    """Fail where the scores are to be held, skip where a person merely has no way to the tool."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _build(cache: Cache, output: Path) -> None:
    go = find_go(cache)
    if go is None:
        fetch_go(cache)
        go = find_go(cache)
    words = command(go or Path("go"), _KUBE_SCORE, output)
    subprocess.run(
        words, cwd=_MODULE, check=True, timeout=_BUILD_SECONDS, env=os.environ | {"GOWORK": "off"}
    )


def _install(folder: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    python = ["--python", str(folder / "bin" / "python")]
    for words in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "sync", "--quiet", "--require-hashes", *python, str(_REQUIREMENTS)],
    ):
        subprocess.run([*uv, *words], check=True, timeout=_BUILD_SECONDS)


def _cache(*pins: Path) -> Cache:
    digest = hashlib.sha256()
    for path in pins:
        digest.update(path.read_bytes() if path.suffix else str(path.resolve()).encode())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Cache(base / "plumbline" / "scores" / digest.hexdigest()[:12])
