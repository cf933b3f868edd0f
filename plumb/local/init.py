"""PID 1 of a machine: makes its namespaces, masks the host's folders, keeps its daemons running.

Run as a file of its own with nothing but the standard library, since a machine outlives the
command that made it: `python -I init.py FOLDER`. The folder holds `machine.json` (what to mount)
and `daemons.json` (what to run; read again whenever it changes).
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_NEW_NAMESPACES = 0x00020000 | 0x04000000 | 0x20000000 | 0x40000000
"""Linux's CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWPID and CLONE_NEWNET."""
_POLL_SECONDS = 0.1
_RESTART_SECONDS = 1.0


class Supervisor:
    """Runs the declared daemons, starts again those that end, and reaps orphans."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._declared: list[dict[str, Any]] = []
        self._read_at = 0.0
        self._pids: dict[int, str] = {}
        self._not_before: dict[str, float] = {}

    def turn(self) -> None:
        """Look once at what ended, what is declared, and start what is missing."""
        self._reap()
        self._read()
        running = set(self._pids.values())
        for daemon in self._declared:
            name = daemon["name"]
            if name not in running and time.monotonic() >= self._not_before.get(name, 0):
                self._try(daemon)

    def _reap(self) -> None:
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self._pids.pop(pid, None)
            if name is not None:
                self._not_before[name] = time.monotonic() + _RESTART_SECONDS

    def _read(self) -> None:
        path = self._folder / "daemons.json"
        try:
            changed = path.stat().st_mtime
        except FileNotFoundError:
            return  # nothing declared yet: the machine's network is still being made
        if changed != self._read_at:
            self._read_at = changed
            self._declared = json.loads(path.read_text())

    def _try(self, daemon: dict[str, Any]) -> None:
        try:
            self._start(daemon)
        except OSError as error:
            # the machine's own log says so; it must outlive a program that is not there
            sys.stderr.write(f"{daemon['name']}: {error}\n")
            self._not_before[daemon["name"]] = time.monotonic() + _RESTART_SECONDS

    def _start(self, daemon: dict[str, Any]) -> None:
        log = self._folder / "log" / f"{daemon['name']}.log"
        log.parent.mkdir(exist_ok=True)
        command = daemon["command"]
        pid = os.posix_spawn(
            command[0],
            command,
            {**os.environ, **daemon["environment"]},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        self._pids[pid] = daemon["name"]


def main() -> None:
    """Become a machine; the process that was started ends, its child lives on."""
    folder = Path(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NAMESPACES):
        raise OSError(ctypes.get_errno(), "unshare")
    if os.fork():
        os._exit(0)
    os.setsid()
    machine = json.loads((folder / "machine.json").read_text())
    _mount(machine)
    socket.sethostname(machine["hostname"])
    (folder / "ready").touch()
    supervisor = Supervisor(folder)
    while True:
        supervisor.turn()
        time.sleep(_POLL_SECONDS)


def _mount(machine: dict[str, Any]) -> None:
    # slave first: what the host unmounts later must vanish here too, or it would stay busy
    _call("mount", "--make-rslave", "/")
    _call("mount", "--make-rshared", "/")
    _call("mount", "-t", "proc", "proc", "/proc")
    for path in machine["empty"]:
        _call("mount", "-t", "tmpfs", "-o", "mode=755", "plumbline", path)
    for source, target in machine["bound"]:
        Path(target).mkdir(parents=True, exist_ok=True)
        _call("mount", "--bind", source, target)


def _call(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603  # names and paths from our own file


if __name__ == "__main__":
    main()
