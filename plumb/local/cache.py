"""The folder of what was built: complete artefacts only, one builder at a time."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TEMPORARY = ".partial"


@dataclass(frozen=True, slots=True)
class Cache:
    """Programs, unpacked packages and logs of one set of pins."""

    path: Path
    """`plumbline/local/<pin hash>` in the user's cache folder."""

    @property
    def programs(self) -> Path:
        """Binaries that Go built."""
        return self.path / "programs"

    @property
    def debian(self) -> Path:
        """Root of the unpacked Debian packages."""
        return self.path / "debian"

    @property
    def binaries(self) -> Path:
        """Links to every program, built or unpacked, under the names that daemons look for."""
        return self.path / "bin"

    @property
    def toolchain(self) -> Path:
        """Go toolchain fetched for this cache; only where the machine has none."""
        return self.path / "go"

    @property
    def images(self) -> Path:
        """Image archives that were made here."""
        return self.path / "images"

    @property
    def logs(self) -> Path:
        """What each step of the build printed."""
        return self.path / "log"

    def program(self, name: str) -> Path:
        """Return the path of a program, whether or not it was built yet."""
        return self.binaries / name


def cache_of(pins: str, environment: Mapping[str, str] = os.environ) -> Cache:
    """Return the cache of a pin hash in the user's cache folder."""
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Cache(Path(base) / "plumbline" / "local" / pins)


@contextmanager
def artefact(final: Path) -> Iterator[Path]:
    """Give a temporary path beside the final one, and rename it once the block has succeeded.

    An interrupted block leaves nothing under the final name; what is left is removed next time.
    """
    temporary = final.with_name(final.name + _TEMPORARY)
    _remove(temporary)
    final.parent.mkdir(parents=True, exist_ok=True)
    yield temporary
    _remove(final)
    temporary.rename(final)


@contextmanager
def held(lock: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file; calls `waiting` once when another process has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
