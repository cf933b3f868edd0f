"""buildah and mmdebstrap, unpacked from the machine's own packages and never installed."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumb.command import run
from plumb.local.cache import artefact
from plumb.local.debian import unpack_packages

_KEYRINGS = {"debian": "debian-archive-keyring", "ubuntu": "ubuntu-keyring"}
_KEYRING_FILES = {"debian": "debian-archive-keyring.gpg", "ubuntu": "ubuntu-archive-keyring.gpg"}

_ALONE = (
    *("setpriv", "--pdeathsig", "KILL", "--"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
    *("--propagation", "private", "--"),
)
"""Gives a program mounts and processes of its own, which end with it, and it with us."""

_WITH_LIBRARIES = 'mount --bind "$0" /etc/ld.so.cache && exec "$@"'
"""The libraries are found by an index in place of the machine's, which the whole tree sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The unpacked programs."""

    folder: Path
    """Root of the unpacked packages."""
    distribution: str
    """The machine's distribution, as os-release names it."""

    @property
    def keyring(self) -> Path:
        """Keys that the distribution signs its releases with."""
        return self.folder / "usr/share/keyrings" / _KEYRING_FILES[self.distribution]

    @property
    def index(self) -> Path:
        """The linker's index of the machine's libraries and theirs."""
        return self.folder.with_name(f"{self.folder.name}.ld.so.cache")

    def unpack(self) -> None:
        """Download and unpack them; raises LocalError."""
        packages = ("buildah", "mmdebstrap", _KEYRINGS[self.distribution])
        with artefact(self.folder) as root:
            unpack_packages(root, packages, self.folder.with_name("apt"))
        libraries = [path for path in self.folder.glob("usr/lib/*-linux-gnu*") if path.is_dir()]
        with artefact(self.index) as index:
            run(["ldconfig", "-C", index, *libraries], doing="indexing libraries")

    def run(self, name: str, arguments: Sequence[object], *, doing: str, seconds: float) -> str:
        """Run one of them to its end, alone; raises CommandError with its last lines."""
        program = self.folder / "usr/bin" / name
        shell = ["sh", "-c", _WITH_LIBRARIES, self.index]
        return run(
            [*_ALONE, *shell, program, *arguments],
            doing=doing,
            environment=self._environment(),
            timeout_seconds=seconds,
        )

    def _environment(self) -> dict[str, str]:
        perl = [*self.folder.glob("usr/share/perl*"), *self.folder.glob("usr/lib/*/perl*")]
        return {
            "PATH": f"{self.folder}/usr/bin:{self.folder}/usr/sbin:{os.environ['PATH']}",
            "PERL5LIB": ":".join(map(str, perl)),
            # the machine's own settings of containers are not ours
            "CONTAINERS_CONF": os.devnull,
            "CONTAINERS_STORAGE_CONF": os.devnull,
        }


def tools(cache: Path, distribution: str) -> Tools:
    """Return the tools of this machine's release, whether or not they are unpacked yet."""
    release = platform.freedesktop_os_release().get("VERSION_ID", "")
    name = f"{distribution}-{release}-{platform.machine()}"
    return Tools(folder=cache / "tools" / name, distribution=distribution)
