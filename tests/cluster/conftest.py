"""A real cluster for the tests that need one, and the machine's traces to compare."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from plumb.local import teardown
from plumb.local.bringup import ensure
from plumb.local.cluster import Cluster
from plumb.local.error import UnsupportedError
from plumb.local.requirement import check
from plumb.local.state import named_state

NAME = f"tests-{os.getpid()}"
"""Names control groups too, which test runs beside this one must not share."""


@dataclass(frozen=True, slots=True)
class Traces:
    """All that a cluster could leave on the machine."""

    processes: frozenset[str]
    """Command lines that name the state folder."""
    mounts: frozenset[str]
    """Lines of the mount table."""
    groups: frozenset[str]
    """Control groups called plumbline."""
    links: frozenset[str]
    """Network interfaces."""
    networks: frozenset[str]
    """Network namespaces that hold a process of the cluster's folder."""
    files: frozenset[str]
    """What lies in the state folder."""


def traces(state: Path) -> Traces:
    """Return what of a cluster with this state folder is on the machine right now."""
    ours = [process for process in psutil.process_iter(["cmdline"]) if _names(process, state)]
    return Traces(
        processes=frozenset(" ".join(process.info["cmdline"]) for process in ours),
        mounts=frozenset(line for line in _mounts() if str(state) in line or "plumbline" in line),
        groups=frozenset(map(str, Path("/sys/fs/cgroup").glob(f"**/plumbline/{state.name}"))),
        links=frozenset(link.name for link in Path("/sys/class/net").iterdir()),
        networks=frozenset(_network(process) for process in ours) - {_network(psutil.Process())},
        files=frozenset(map(str, state.rglob("*"))),
    )


@pytest.fixture(scope="session")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give clusters of the tests a state folder of their own; the cache is the user's."""
    folder = tmp_path_factory.mktemp("state")
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    yield folder
    os.environ.pop("XDG_STATE_HOME")
    if before is not None:
        os.environ["XDG_STATE_HOME"] = before


@pytest.fixture(scope="session")
def cluster(state_home: Path) -> Iterator[Cluster]:
    """Give a one-node cluster that all tests share; skips where none can run."""
    try:
        check([state_home])
    except UnsupportedError as error:
        pytest.skip(str(error))
    try:
        yield ensure(Console(), NAME, 1)
    finally:
        teardown.down(named_state(NAME))


def objects(cluster: Cluster, *query: str) -> list[dict[str, Any]]:
    """Return the objects that `kubectl get` finds."""
    found: list[dict[str, Any]] = json.loads(cluster.kubectl("get", *query, "--output", "json"))[
        "items"
    ]
    return found


def _names(process: psutil.Process, state: Path) -> bool:
    return any(str(state) in word for word in process.info["cmdline"] or ())


def _mounts() -> list[str]:
    return Path("/proc/mounts").read_text().splitlines()


def _network(process: psutil.Process) -> str:
    try:
        return str(Path(f"/proc/{process.pid}/ns/net").readlink())
    except FileNotFoundError:
        return ""
