"""Finds the real parts that tests start: the system's, or unpacked Debian packages.

Packages are unpacked into the user's cache and run from there; nothing is installed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

PACKAGES = ("postgresql", "redis-server")
"""Debian packages that hold the programs."""

_UNPRIVILEGED = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
"""Becomes `nobody`, the one user other than root that every system knows by name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A program to start."""

    path: Path
    """The program."""
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that it needs, beside the tests' own."""

    def command(self, *arguments: str) -> list[str]:
        """Return its command line; as root, in a user namespace, because Postgres refuses root."""
        if os.geteuid() == 0 and not _may_unshare():
            pytest.skip(f"{self.path.name} refuses root, and user namespaces are not allowed here")
        return [*(_UNPRIVILEGED if os.geteuid() == 0 else []), str(self.path), *arguments]


@cache
def _may_unshare() -> bool:
    return (
        subprocess.run([*_UNPRIVILEGED, "true"], capture_output=True, check=False).returncode == 0
    )


def require(program: str) -> Part:
    """Return a program, or skip the test with the reason why it cannot be had."""
    found = _on_system(program) or _unpacked(program)
    if found is None:
        pytest.skip(f"{program}: not installed, and no Debian package of it could be unpacked")
    return found


def _on_system(program: str) -> Part | None:
    on_path = shutil.which(program)
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    found = Path(on_path) if on_path else (debian[-1] if debian else None)
    return Part(found) if found else None


def _unpacked(program: str) -> Part | None:
    folder = _unpack()
    if folder is None:
        return None
    candidates = [
        *folder.glob(f"usr/bin/{program}"),
        *folder.glob(f"usr/lib/postgresql/*/bin/{program}"),
    ]
    libraries = ":".join(str(path) for path in sorted(folder.glob("usr/lib/*-linux-gnu")))
    return Part(candidates[0], {"LD_LIBRARY_PATH": libraries}) if candidates else None


@cache
def _unpack() -> Path | None:
    """Unpack the packages, and those they need that the machine lacks, into the user's cache."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None
    wanted = _missing_packages()
    key = hashlib.sha256(" ".join(wanted).encode()).hexdigest()[:12]
    folder = _kept() / key
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests' workers all come here at once
        if (folder / "complete").is_file():
            return folder
        print(f"unpacking {', '.join(PACKAGES)} into {folder}", file=sys.stderr)  # noqa: T201
        _download(wanted, folder)
    return folder


def _kept() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return home / "plumbline" / "parts"


def _missing_packages() -> list[str]:
    """Return what apt would install: it takes seconds to say, and is asked anew after a change."""
    installed = Path("/var/lib/dpkg/status").stat().st_mtime_ns
    key = hashlib.sha256(f"{installed} {PACKAGES}".encode()).hexdigest()[:12]
    answer = _kept() / f"{key}.txt"
    if answer.is_file():
        return answer.read_text().split()
    if wanted := _simulated():
        answer.parent.mkdir(parents=True, exist_ok=True)
        half = answer.with_suffix(f".{os.getpid()}")
        half.write_text("\n".join(wanted))
        half.replace(answer)
    return wanted


def _simulated() -> list[str]:
    command = ["apt-get", "--simulate", "--no-install-recommends", "install", *PACKAGES]
    plan = subprocess.run(command, capture_output=True, text=True, check=False)
    if plan.returncode and os.geteuid() == 0:
        subprocess.run(["apt-get", "-qq", "update"], check=True)  # a fresh image has no lists
        plan = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = plan.stdout.splitlines()
    return sorted(line.split()[1] for line in lines if line.startswith("Inst "))


def _download(packages: list[str], folder: Path) -> None:
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-qq", "download", *packages], cwd=archives, check=True)
    for archive in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(archive), str(folder)], check=True)
    shutil.rmtree(archives)
    (folder / "complete").touch()
