"""The control groups of a cluster's nodes, in every hierarchy that the machine mounts."""

import time
from pathlib import Path

from plumb.local.error import LocalError

ROOT = "plumbline"
"""Group above all local clusters' groups; it goes with the last of them."""

_MOUNTS = Path("/proc/self/mounts")
_UNIFIED = "cgroup2"
_CONTROLLERS = ("cpu", "cpuset", "io", "memory", "pids")
_END_SECONDS = 10
_POLL_SECONDS = 0.05


def hierarchies(mounts: str) -> dict[Path, bool]:
    """Return where control groups are mounted, and whether each is version 2."""
    rows = [line.split() for line in mounts.splitlines()]
    return {Path(row[1]): row[2] == _UNIFIED for row in rows if row[2] in ("cgroup", _UNIFIED)}


def group(cluster: str, node: str) -> str:
    """Return the path of a node's group, as kubelet's cgroupRoot wants it."""
    return f"/{ROOT}/{cluster}/{node}"


def create(cluster: str, node: str) -> None:
    """Make a node's group in every hierarchy; kubelet refuses to start without."""
    for mount, unified in hierarchies(_MOUNTS.read_text()).items():
        folder = mount / group(cluster, node).lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        if unified:
            _delegate(mount, folder)


def renew(cluster: str, node: str) -> None:
    """Make a node's group as new; only for a node that does not run.

    Groups of containers that died with it would hold kubelet up: it asks for each, and waits.
    """
    for mount in hierarchies(_MOUNTS.read_text()):
        _remove_tree(mount / group(cluster, node).lstrip("/"))
    create(cluster, node)


def remove(cluster: str) -> None:
    """Remove the groups of a cluster; raises LocalError when something in them stays alive."""
    for mount in hierarchies(_MOUNTS.read_text()):
        _remove_tree(mount / ROOT / cluster)
        root = mount / ROOT
        if root.is_dir() and not any(path.is_dir() for path in root.iterdir()):
            _remove(root)


def _remove_tree(folder: Path) -> None:
    groups = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in sorted(groups, reverse=True):
        _remove(path)


def _delegate(mount: Path, folder: Path) -> None:
    """Switch on, from the top down, the controllers that this hierarchy has."""
    offered = (mount / "cgroup.controllers").read_text().split()
    wanted = " ".join(f"+{name}" for name in _CONTROLLERS if name in offered)
    for parent in reversed([folder, *folder.parents]):
        if wanted and parent.is_relative_to(mount):
            (parent / "cgroup.subtree_control").write_text(wanted)


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _END_SECONDS
    while folder.exists():
        try:
            folder.rmdir()
        except OSError as error:  # busy for a moment after its last process has ended
            if time.monotonic() > deadline:
                raise LocalError(f"control group {folder} stays: {error}") from error
            time.sleep(_POLL_SECONDS)
