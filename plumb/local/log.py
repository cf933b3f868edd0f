"""Shows the logs of a cluster's daemons."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from plumb.local.cluster import Cluster
from plumb.local.error import LocalError

_POLL_SECONDS = 0.3


def find_logs(cluster: Cluster, component: str | None) -> dict[str, Path]:
    """Return logs by `machine/daemon`: all, a daemon's on every machine, or exactly one.

    Raises LocalError, with what there is, when nothing has that name.
    """
    found = {
        f"{machine.name}/{path.stem}": path
        for machine in cluster.machines
        for path in sorted((machine.folder / "log").glob("*.log"))
    }
    wanted = {
        name: path
        for name, path in found.items()
        if component in (None, name, name.partition("/")[2])
    }
    if not wanted:
        raise LocalError(f"no log of {component!r}; there are: {', '.join(found) or 'none'}")
    return wanted


def last_lines(path: Path, lines: int) -> list[str]:
    """Return the last lines of a log."""
    return path.read_text(errors="replace").splitlines()[-lines:]


def follow(logs: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, str]]:
    """Give each new line with the name of its log, for ever."""
    files = [(name, path.open(errors="replace")) for name, path in logs]
    for _, file in files:
        file.seek(0, 2)
    while True:
        silent = True
        for name, file in files:
            while line := file.readline():
                silent = False
                yield name, line.rstrip("\n")
        if silent:
            time.sleep(_POLL_SECONDS)
