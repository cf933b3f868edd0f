"""The end of a process: readiness falls at once, running requests may still end."""

import time

from profiles.service import ServiceConfig


class Drain:
    """Whether the process was told to end, and how long it still takes requests."""

    def __init__(self, config: ServiceConfig, last_seconds: float) -> None:
        """Take the times that the stack gives, and how long before its end nothing may begin."""
        self._drain_seconds = config.drain_seconds
        self._farewell_seconds = config.farewell_seconds
        self._last_seconds = last_seconds
        self._began: float | None = None

    @property
    def draining(self) -> bool:
        """Whether the process was told to end; readiness is false from then on."""
        return self._began is not None

    def begin(self) -> None:
        """Start the drain; a second call changes nothing."""
        if self._began is None:
            self._began = time.monotonic()

    def may_close(self, active_runs: int, connections: int) -> bool:
        """Tell whether to stop listening.

        That is when no run is left, and no connection is kept that a request may just be coming
        over; and at the latest when a new run could not end, or be handed over, in time.
        """
        idle = active_runs == 0 and (
            connections == 0 or self._spent_seconds() >= self._farewell_seconds
        )
        return self.draining and (idle or self.remaining_seconds() <= self._last_seconds)

    def remaining_seconds(self) -> float:
        """Return what is left of the drain, in seconds; all of it before the drain."""
        return max(0.0, self._drain_seconds - self._spent_seconds())

    def _spent_seconds(self) -> float:
        return 0.0 if self._began is None else time.monotonic() - self._began
