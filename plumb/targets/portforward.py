"""A `kubectl port-forward` in the background, found again by later commands."""

import hashlib
import os
import shlex
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from plumb.command import run
from plumb.kube.kubectl import Kubectl
from plumb.local.forwarder import leads_somewhere
from plumb.local.machine import kill
from plumb.port import free_port
from plumb.process.state import Folder, Running
from plumb.targets.target import TargetError
from profiles.contract import HTTP_PORT

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_HOST = "127.0.0.1"
_POLL_SECONDS = 0.05
_LOG_LINES = 5


@dataclass(frozen=True, slots=True)
class PortForward:
    """The connection to one Service, known by its folder."""

    folder: Folder
    """What it remembers, and its log."""
    start_seconds: float = 20
    """Time until it must work: a slow cluster's answer, and a pod that is about to be ready."""

    def open(self, kubectl: Kubectl, namespace: str, service: str, port: int) -> str:
        """Return the address, `http://127.0.0.1:PORT`, that leads to a Service's port.

        One that is there is taken if it works, and its port where it does not. Raises TargetError
        with kubectl's words when none does in time.
        """
        before = self.folder.read()
        words = ["port-forward", "--namespace", namespace, f"service/{service}"]
        command = kubectl.command(*words, "--address", _HOST)
        key = hashlib.sha256(shlex.join([*command, str(port)]).encode()).hexdigest()
        if before and before.config_hash == key and self._works(before):
            return before.address
        self.close()
        outer = free_port(_port(before.address) if before else HTTP_PORT)
        running = self._start([*command, f"{outer}:{port}"], f"http://{_HOST}:{outer}", key)
        if not self._works(running):
            self.close()
            raise TargetError(
                f"no way to {namespace}/{service} within {self.start_seconds:g} s; is a pod of it "
                f"ready? kubectl says:\n{self._said()}"
            )
        return running.address

    def close(self) -> None:
        """End it, if it is there."""
        running = self.folder.read()
        process = running.process() if running else None
        if process:
            _end_group(process)
        self.folder.forget()

    def _start(self, command: list[str], address: str, key: str) -> Running:
        self.folder.path.mkdir(parents=True, exist_ok=True)
        supervised = [sys.executable, "-I", _SUPERVISOR, self.folder.log, *command]
        pid = int(run(supervised, doing="starting kubectl port-forward"))
        started = psutil.Process(pid).create_time()
        running = Running(pid=pid, started=started, address=address, config_hash=key)
        self.folder.write(running)
        return running

    def _works(self, running: Running) -> bool:
        """Whether the port leads to a pod, or does so in time."""
        deadline = time.monotonic() + self.start_seconds
        while running.process() and time.monotonic() < deadline:
            if leads_somewhere(_port(running.address)):
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _said(self) -> str:
        lines = self.folder.log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return "\n".join(f"  {line}" for line in lines)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


def _end_group(leader: psutil.Process) -> None:
    """End a process group that was ours to start, and wait until its port is free."""
    members = [leader, *leader.children()]
    os.killpg(leader.pid, signal.SIGKILL)
    for process in members:
        kill(process)
