"""Wheels for an image, fetched by this machine's pip: its index, proxy and certificates hold."""

import hashlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from plumb.command import run
from plumb.images.error import ImageError
from plumb.local.cache import artefact

_OLDEST_GLIBC, _GLIBC = 5, 39
"""Minor versions of glibc 2: the first that wheels name, and what every base has (Ubuntu 24.04)."""

_LEGACY = ("manylinux1", "manylinux2010", "manylinux2014")
_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheels:
    """The wheels of one requirements file for one Python."""

    requirements: Path
    """File with pins and hashes."""
    python: str
    """Version of the image's Python, such as 3.13."""
    machine: str
    """Architecture of the image, as Linux names it: x86_64, aarch64."""
    cache: Path
    """Folder that holds the wheels of any file."""

    @property
    def folder(self) -> Path:
        """Where they are, once they are fetched."""
        text = f"{self.python} {self.machine} ".encode() + self.requirements.read_bytes()
        name = f"{self.requirements.stem}-{hashlib.sha256(text).hexdigest()[:12]}"
        return self.cache / name

    def fetch(self) -> None:
        """Fetch them into their folder; pip checks each hash. Raises ImageError or CommandError."""
        if not importlib.util.find_spec("pip"):
            raise ImageError(f"{sys.executable} has no pip: run `python -m ensurepip` with it")
        with artefact(self.folder) as folder:
            folder.mkdir()
            wanted = folder / "requirements.txt"
            pins = pinned(self.requirements.read_text(encoding="utf-8"), self._environment())
            wanted.write_text("\n".join(pins))
            pip = [sys.executable, "-m", "pip", "download", "--quiet"]
            what = ["--no-deps", "--require-hashes", "--requirement", wanted, "--dest", folder]
            doing = f"fetching the packages of {self.requirements.name}"
            run([*pip, *self._platform(), *what], doing=doing, timeout_seconds=_SECONDS)

    def _environment(self) -> dict[str, str]:
        return {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }

    def _platform(self) -> Iterator[str]:
        yield from ("--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}")
        modern = (f"manylinux_2_{minor}" for minor in range(_OLDEST_GLIBC, _GLIBC + 1))
        for name in (*_LEGACY, *modern):
            yield f"--platform={name}_{self.machine}"


def pinned(text: str, environment: dict[str, str]) -> Iterator[str]:
    """Give the requirements that hold in an environment, without the condition.

    pip itself would judge the conditions by the Python that it runs on.
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for entry in re.split(r"(?<!\\)\n", "\n".join(lines)):
        words, *hashes = entry.replace("\\\n", " ").split("--hash=")
        if not words.strip():
            continue
        requirement = Requirement(words.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            checked = (f"--hash={each.strip()}" for each in hashes)
            yield " ".join((f"{requirement.name}{requirement.specifier}", *checked))
