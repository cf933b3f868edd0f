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
_WATCHES_PER_CLUSTER, _WATCHES_PER_NODE = 12, 8
"""inotify instances that the daemons of a control plane and of a node keep open (counted)."""
_WATCHES_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")

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


def check_watches(nodes: int, used: int | None = None, limit: int | None = None) -> None:
    """Raise UnsupportedError where a new cluster's daemons would run out of inotify instances.

    Without them containerd starts without its part for Kubernetes, and the kubelet not at all.
    `used` and `limit` are root's, of the whole machine, unless they are given.
    """
    used = _watches() if used is None else used
    limit = int(_WATCHES_LIMIT.read_text()) if limit is None else limit
    needed = _WATCHES_PER_CLUSTER + nodes * _WATCHES_PER_NODE
    if used + needed > limit:
        raise UnsupportedError(
            f"a cluster of {nodes} nodes needs {needed} inotify instances, and {used} of the "
            f"{limit} that a user may have are in use; take another cluster down, or raise it: "
            f"sysctl fs.inotify.max_user_instances={2 * limit}"
        )


def _watches() -> int:
    """Return how many inotify instances root's processes have open."""
    return sum(_is_watch(link) for link in Path("/proc").glob("[0-9]*/fd/*"))


def _is_watch(link: Path) -> bool:
    try:
        # Only root's count against root's limit.
        return link.readlink().name == "anon_inode:inotify" and link.lstat().st_uid == 0
    except OSError:
        return False  # the process ended meanwhile
