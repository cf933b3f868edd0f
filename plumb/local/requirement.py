"""What a machine must have before anything is built or started on it."""

import os
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

from plumb.local.error import UnsupportedError

MASKED = ("/run", "/var/lib", "/var/log")
"""Folders of the host that a node does not see: daemons write to fixed places in them."""

_ELSE = (
    "use `--target process` (the service on this machine, no Kubernetes), or a cluster of your "
    "own with `--context NAME`"
)
_PROGRAMS = ("apt-get", "dpkg", "mount", "nice", "nsenter")


def check_root() -> None:
    """Raise UnsupportedError unless this is Linux and root."""
    if platform.system() != "Linux":
        raise UnsupportedError(f"a local cluster needs Linux, this is {platform.system()}; {_ELSE}")
    if os.geteuid() != 0:
        raise UnsupportedError(
            f"a local cluster needs root, for namespaces and mounts: run it with sudo, or {_ELSE}"
        )


def check(folders: Sequence[Path]) -> None:
    """Raise UnsupportedError, naming what to use instead, where a cluster cannot run here.

    `folders` are those of cache and state: they must lie where the nodes see them.
    """
    check_root()
    missing = [name for name in _PROGRAMS if not shutil.which(name)]
    if missing:
        raise UnsupportedError(
            f"a local cluster needs Debian or Ubuntu; missing here: {', '.join(missing)}; {_ELSE}"
        )
    for folder in folders:
        for masked in MASKED:
            if folder.resolve().is_relative_to(masked):
                raise UnsupportedError(
                    f"{folder} lies in {masked}, which the nodes do not see; "
                    "choose another with XDG_CACHE_HOME and XDG_STATE_HOME"
                )
