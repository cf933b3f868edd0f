"""Waits for a part of the cluster, and says what its log says when it does not come."""

import time
from collections.abc import Callable
from pathlib import Path

from plumb.local.error import LocalError, tail

_READY_SECONDS = 120
"""Time that any one part may take to answer; a busy two-core machine needs a tenth of it."""
_POLL_SECONDS = 0.2


def wait_until(is_so: Callable[[], bool], what: str, log: Path) -> None:
    """Return once something is so; raises LocalError with the end of the log when it never is."""
    deadline = time.monotonic() + _READY_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise LocalError(
                f"{what} did not come within {_READY_SECONDS} s; the end of {log}:\n{tail(log)}\n"
                "`plumb local logs` shows the rest; `plumb local down` starts afresh"
            )
        time.sleep(_POLL_SECONDS)
