"""Starts, finds and ends the process that carries a loopback port into a cluster."""

import socket
from pathlib import Path

from plumb.local.command import detach
from plumb.local.error import LocalError
from plumb.local.machine import Machine, kill, processes
from plumb.local.network import API_PORT, CONTROL_PLANE

_PROGRAM = Path(__file__).with_name("forward.py")
_TARGET = f"{CONTROL_PLANE}:{API_PORT}"


def start(control: Machine, port: int) -> None:
    """Carry a port to the API server, unless that is being done; ends one that leads nowhere."""
    wanted = [str(port), str(control.pid()), _TARGET, str(control.folder)]
    if any(processes(wanted)):
        return
    end(control)
    detach(_PROGRAM, wanted, control.log("forward"))


def end(control: Machine) -> None:
    """End whatever carries a port into this control plane."""
    for process in list(processes([_TARGET, str(control.folder)])):
        kill(process)


def is_running(control: Machine) -> bool:
    """Whether a port is carried into this control plane."""
    return any(processes([_TARGET, str(control.folder)]))


def free_port(preferred: int) -> int:
    """Return the preferred port of the loopback if it is free, any free one otherwise."""
    for port in (preferred, 0):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(candidate.getsockname()[1])
    raise LocalError("no free port on 127.0.0.1")
