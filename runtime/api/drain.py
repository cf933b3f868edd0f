"""The end of a process: readiness falls at once, running requests may still end."""

import time

from profiles.service import ServiceConfig


class Drain:
    """Whether the process was told to end, and how long it still takes requests."""

    def __init__(self, config: ServiceConfig) -> None:
        """Take the times that the stack gives."""
        self._drain_seconds = config.drain_seconds
        self._request_seconds = config.api.request_timeout_seconds
        self._began: float | None = None

    @property
    def draining(self) -> bool:
        """Whether the process was told to end; readiness is false from then on."""
        return self._began is not None

    def begin(self) -> None:
        """Start the drain; a second call changes nothing."""
        if self._began is None:
            self._began = time.monotonic()

    def may_close(self, active_runs: int) -> bool:
        """Tell whether to stop listening: no run is left, or a new one could not end in time."""
        left = self.remaining_seconds()
        return self.draining and (active_runs == 0 or left <= self._request_seconds)

    def remaining_seconds(self) -> float:
        """Return what is left of the drain, in seconds; all of it before the drain."""
        spent = 0.0 if self._began is None else time.monotonic() - self._began
        return max(0.0, self._drain_seconds - spent)
