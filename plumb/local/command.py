"""Runs programs: the one place that starts processes and turns their failure into an error."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from plumb.local.error import LOG_LINES, LocalError, tail

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


def run(
    command: Sequence[object],
    *,
    doing: str,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float | None = 120,
) -> str:
    """Run a program to its end and return its output.

    Raises LocalError, with what was being done and the last lines, when it fails or takes longer.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603  # words of our own making, no shell
            words,
            input=text if text is not None else "",
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(environment or {})},
            timeout=timeout_seconds,
        )
    except FileNotFoundError as error:
        raise LocalError(f"{doing}: there is no program {words[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise LocalError(
            f"{doing}: no end after {timeout_seconds} s: {shlex.join(words)}"
        ) from error
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()[-LOG_LINES:]
        said = "\n".join(f"  {line}" for line in lines)
        raise LocalError(f"{doing} failed ({done.returncode}): {shlex.join(words)}\n{said}")
    return done.stdout


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
