"""Starts, finds and ends the processes that carry loopback ports into a cluster."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from plumb.local.command import detach
from plumb.local.machine import Machine, kill

_PROGRAM = Path(__file__).with_name("forward.py")
_DEAD_SECONDS = 0.3
"""Time in which a connection that leads nowhere is closed; one that works stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarder:
    """A port of the host's loopback that leads to an address inside a cluster."""

    machine: Machine
    """The machine from whose network it connects."""
    address: str
    """Where it leads, as `IP:PORT`."""
    mark: Path
    """Last word of its command line, by which it is found; lies in the cluster's folder."""
    log: str
    """Name of its log among those of the machine."""

    def start(self, port: int) -> None:
        """Carry a port, unless that is being done; ends one that leads elsewhere."""
        if self.port() == port:
            return
        self.end()
        wanted = [port, self.machine.pid(), self.address, self.mark]
        detach(_PROGRAM, wanted, self.machine.log(self.log))

    def port(self) -> int | None:
        """Return the port that leads to the address now; None when none does."""
        process = self.machine.process()
        inside = [str(process.pid) if process else "", self.address, str(self.mark)]
        carried = (words for _, words in _carrying(self.mark) if words[-3:] == inside)
        return next((int(words[-4]) for words in carried), None)

    def end(self) -> None:
        """End whatever carries a port under this mark, wherever it leads."""
        for process, _ in list(_carrying(self.mark)):
            kill(process)


def leads_somewhere(port: int) -> bool:
    """Whether a loopback port that is carried elsewhere meets a server that waits to be asked."""
    with socket.socket() as caller:
        if caller.connect_ex(("127.0.0.1", port)):
            return False
        caller.settimeout(_DEAD_SECONDS)
        try:
            return bool(caller.recv(1))
        except TimeoutError:
            return True  # it waits for us to speak first, as HTTP does
        except OSError:
            return False  # reset: as good as closed


def _carrying(mark: Path) -> Iterator[tuple[psutil.Process, list[str]]]:
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # ended while it was looked at, or another user's: not ours
        if str(_PROGRAM) in words and words[-1] == str(mark):
            yield process, words
