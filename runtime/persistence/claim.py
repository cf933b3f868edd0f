"""Who moves a thread: one run at a time, or the clean-up."""

from collections.abc import Iterator
from contextlib import contextmanager

from runtime.errors import ThreadBusyError


class ThreadClaims:
    """The threads of this process that somebody holds."""

    def __init__(self) -> None:
        """Start with none."""
        self._held: set[str] = set()

    @contextmanager
    def claim(self, thread_id: str) -> Iterator[None]:
        """Hold a thread; ThreadBusyError where somebody else does."""
        if thread_id in self._held:
            raise ThreadBusyError(
                "a run on this thread has not ended; wait for it, or use another thread_id"
            )
        self._held.add(thread_id)
        try:
            yield
        finally:
            self._held.discard(thread_id)
