"""Runs programs to their end and turns their failure into an error."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence

from plumb.errors import PlumbError

TAIL_LINES = 15
"""Lines of a program's last words that an error repeats."""


class CommandError(PlumbError):
    """A program that is missing, failed, or did not end; the message has its last lines."""

    def __init__(self, message: str, said: str = "") -> None:
        """Keep all that the program said, for those who can tell more from it."""
        super().__init__(message)
        self.said = said


def run(
    command: Sequence[object],
    *,
    doing: str,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float | None = 120,
) -> str:
    """Run a program to its end and return its output.

    Raises CommandError, with what was being done and the last lines, when it fails or takes longer.
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
        raise CommandError(f"{doing}: there is no program {words[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise CommandError(
            f"{doing}: no end after {timeout_seconds} s: {shlex.join(words)}"
        ) from error
    if done.returncode:
        said = done.stdout + done.stderr
        lines = "\n".join(f"  {line}" for line in said.splitlines()[-TAIL_LINES:])
        message = f"{doing} failed ({done.returncode}): {shlex.join(words)}\n{lines}"
        raise CommandError(message, done.stderr)
    return done.stdout
