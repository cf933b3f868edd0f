"""Waits for what a busy cluster does in its own time."""

import time
from collections.abc import Callable

_PATIENCE_SECONDS = 150


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes true before patience ends."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.5)
    return False
