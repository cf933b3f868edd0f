"""Errors of the local cluster: each names what failed and what to do."""

from pathlib import Path

from plumb.errors import BAD_INPUT, PlumbError

LOG_LINES = 15
"""Lines of a log that an error repeats: enough for a compiler's or a daemon's last words."""


class LocalError(PlumbError):
    """The local cluster could not do what was asked; the message says why and what to do."""


class UnsupportedError(LocalError):
    """A machine that cannot carry a local cluster; the message names what else there is."""

    exit_code = BAD_INPUT


def tail(log: Path, lines: int = LOG_LINES) -> str:
    """Return the last lines of a log, indented; says so when there are none."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        text = []
    return "\n".join(f"  {line}" for line in text) or "  (nothing was written)"
