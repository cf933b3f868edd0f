"""Runs programs for the local cluster, to their end or on into the background."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from plumb.command import CommandError
from plumb.command import run as command_run
from plumb.local.error import LocalError, tail

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


def run(
    command: Sequence[object],
    *,
    doing: str,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float | None = 120,
) -> str:
    """Run a program to its end and return its output; raises LocalError with its last lines."""
    try:
        return command_run(
            command,
            doing=doing,
            text=text,
            environment=environment,
            timeout_seconds=timeout_seconds,
        )
    except CommandError as error:
        raise LocalError(str(error)) from error


def detach(program: Path, arguments: Sequence[object], log: Path) -> None:
    """Start a Python program of ours that lives on in the background; it says so by ending well.

    It inherits nothing of the caller's environment: a proxy or a kubeconfig must not reach it.
    Raises LocalError with the end of its log when it ends badly.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        done = subprocess.run(  # noqa: S603  # this Python, a file of our own
            [sys.executable, "-I", str(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
        )
    if done.returncode:
        raise LocalError(f"{program.name} did not start; the end of {log}:\n{tail(log)}")


def succeeds(command: Sequence[object]) -> bool:
    """Whether the program runs and ends well."""
    try:
        run(command, doing="asking", timeout_seconds=20)
    except LocalError:
        return False  # the question was whether it works: this is the answer no
    return True
