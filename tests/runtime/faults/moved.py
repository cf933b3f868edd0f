"""`orchestrator` with a clock that jumps: an hour forward at SIGUSR1, an hour back at SIGUSR2.

`BEHIND_SECONDS` says how far behind it is from the beginning.
"""

import os
import signal
import time

from runtime.cli import main

HOUR_SECONDS = 3600.0

_told = time.time
_moved = -float(os.environ.get("BEHIND_SECONDS", "0"))


def _jump(seconds: float) -> None:
    global _moved  # noqa: PLW0603  # a process has one clock
    _moved += seconds


if __name__ == "__main__":
    time.time = lambda: _told() + _moved
    signal.signal(signal.SIGUSR1, lambda *_: _jump(HOUR_SECONDS))
    signal.signal(signal.SIGUSR2, lambda *_: _jump(-HOUR_SECONDS))
    main()
