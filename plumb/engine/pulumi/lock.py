"""The lock that a run holds on its stack, and what a killed one leaves of it."""

import re
import socket

import psutil
from pulumi.automation import Stack

from plumb.engine.engine import EngineError, Tell

_HOLDER = re.compile(r"created by (\S+)@(\S+) \(pid (\d+)\)")
"""How a backend of files names who holds a lock; the others name nobody."""


def release_dead(stack: Stack, said: str, tell: Tell | None) -> None:
    """Take a stack's lock away if the process that holds it is dead; EngineError otherwise.

    `said` is what the CLI said of the lock.
    """
    holders = _HOLDER.findall(said)
    if not holders or any(_may_live(host, int(pid)) for _, host, pid in holders):
        who = ", ".join(f"{user}@{host}, process {pid}" for user, host, pid in holders)
        raise EngineError(
            f"another run is changing the stack {stack.name} ({who or 'elsewhere'}); wait for it, "
            f"or run `pulumi cancel {stack.name}` if it is dead"
        )
    if tell:
        tell("an interrupted run left its lock; taking it away")
    stack.cancel()


def _may_live(host: str, pid: int) -> bool:
    return host != socket.gethostname() or psutil.pid_exists(pid)
