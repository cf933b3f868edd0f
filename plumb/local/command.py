"""Runs programs: the one place that starts processes and turns their failure into an error."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence

from plumb.local.error import LOG_LINES, LocalError


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


def succeeds(command: Sequence[object]) -> bool:
    """Whether the program runs and ends well."""
    try:
        run(command, doing="asking", timeout_seconds=20)
    except LocalError:
        return False  # the question was whether it works: this is the answer no
    return True
