"""A machine of the cluster: one process tree in mount, network, host-name and pid namespaces."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from plumb.local.command import detach
from plumb.local.error import LocalError, tail

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
"""Where a node's containerd listens, in the node's own /run."""

INIT = Path(__file__).with_name("init.py")
"""Program that becomes the first process of a machine."""

_START_SECONDS = 20
_END_SECONDS = 20
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A program that a machine keeps running."""

    name: str
    """Its name; its log has the same."""
    command: Sequence[str]
    """Absolute path and arguments."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that it needs beside the usual ones."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, known by its folder: its first process names that folder and no other does."""

    folder: Path
    """Holds its mounts, daemons, logs and data."""

    @property
    def name(self) -> str:
        """Its host name."""
        return self.folder.name

    def log(self, daemon: str) -> Path:
        """Return the path of a daemon's log."""
        return self.folder / "log" / f"{daemon}.log"

    def process(self) -> psutil.Process | None:
        """Return its first process, or None when it does not run."""
        return next(processes([str(INIT), str(self.folder)]), None)

    def pid(self) -> int:
        """Return its first process' id; raises LocalError when it does not run."""
        process = self.process()
        if process is None:
            raise LocalError(f"the machine {self.name} does not run; `plumb local up` starts it")
        return process.pid

    def start(self, empty: Sequence[str], bound: Sequence[tuple[str, str]]) -> None:
        """Start it with empty folders, and others bound to its own, in place of the host's.

        Does nothing when it runs. Raises LocalError with what it said when it does not start.
        """
        if self.process():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for stale in ("ready", "daemons.json"):
            (self.folder / stale).unlink(missing_ok=True)
        spec = {"hostname": self.name, "empty": list(empty), "bound": list(bound)}
        (self.folder / "machine.json").write_text(json.dumps(spec))
        detach(INIT, [self.folder], self.log("init"))
        self._wait_until_started()

    def declare(self, daemons: Sequence[Daemon]) -> None:
        """Say which daemons it runs too, from now on; those that run already are left alone."""
        path = self.folder / "daemons.json"
        declared = {entry["name"]: entry for entry in self._declarations()}
        declared |= {daemon.name: asdict(daemon) for daemon in daemons}
        written = path.with_suffix(".partial")
        written.write_text(json.dumps(list(declared.values())))
        written.rename(path)

    def declared(self) -> list[str]:
        """Return the names of the daemons that it is to run."""
        return [str(entry["name"]) for entry in self._declarations()]

    def running(self) -> dict[str, int]:
        """Return the host's process id of each daemon that runs."""
        process = self.process()
        found = {}
        for child in process.children() if process else ():
            try:
                found[Path(child.exe()).name] = child.pid
            except psutil.NoSuchProcess:
                continue  # ended while it was looked at: not running
        return {name: found[name] for name in self.declared() if name in found}

    def inside(self, command: Sequence[object]) -> list[str]:
        """Return the command line that runs a command in all of the machine's namespaces."""
        words = ["nsenter", "--target", str(self.pid()), "--net", "--mount", "--uts", "--pid"]
        return [*words, "--", *map(str, command)]

    def on_network(self, command: Sequence[object]) -> list[str]:
        """Return the command line that runs a host's command on the machine's network."""
        return ["nsenter", "--target", str(self.pid()), "--net", "--", *map(str, command)]

    def end(self) -> None:
        """Kill its first process; the kernel ends the rest, and its mounts and links go too."""
        process = self.process()
        if process:
            kill(process)

    def _declarations(self) -> list[dict[str, Any]]:
        try:
            declarations: list[dict[str, Any]] = json.loads(
                (self.folder / "daemons.json").read_text()
            )
        except FileNotFoundError:
            return []
        return declarations

    def _wait_until_started(self) -> None:
        ready, deadline = self.folder / "ready", time.monotonic() + _START_SECONDS
        while not ready.exists():
            if time.monotonic() > deadline or not self.process():
                log = self.log("init")
                raise LocalError(
                    f"the machine {self.name} did not start; the end of {log}:\n{tail(log)}"
                )
            time.sleep(_POLL_SECONDS)


def processes(arguments: Sequence[str]) -> Iterator[psutil.Process]:
    """Give the processes whose command line ends with exactly these arguments."""
    wanted = list(arguments)
    for process in psutil.process_iter():
        try:
            if process.cmdline()[-len(wanted) :] == wanted:
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # ended while it was looked at, or another user's: not ours


def kill(process: psutil.Process) -> None:
    """Kill a process and wait until it is gone; raises LocalError when it stays."""
    try:
        process.kill()
        deadline = time.monotonic() + _END_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                raise LocalError(f"process {process.pid} does not end; look at `ps {process.pid}`")
            time.sleep(_POLL_SECONDS)
    except psutil.NoSuchProcess:
        return  # gone, as was wanted
