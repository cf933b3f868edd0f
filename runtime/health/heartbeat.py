"""How late the event loop is: the one thing that liveness depends on."""

import time
from collections.abc import Callable

import structlog

from runtime.observability.periodic import Periodic

BEAT_SECONDS = 0.5
"""Time between two beats."""

_LOG = structlog.stdlib.get_logger(__name__)


class LoopHeartbeat:
    """Beats in the event loop; a beat that comes late shows what held the loop."""

    def __init__(self, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the clock, and the lag above which a beat is logged; none beats before `start`."""
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._last = clock()
        self._lag_seconds = 0.0
        self._background = Periodic("heartbeat", self.beat, BEAT_SECONDS)

    def start(self) -> None:
        """Start beating in the running event loop."""
        self._last = self._clock()
        self._background.start()

    async def stop(self) -> None:
        """Stop beating."""
        await self._background.stop()

    async def beat(self) -> None:
        """Take down how late this beat is."""
        now = self._clock()
        self._lag_seconds = max(0.0, now - self._last - BEAT_SECONDS)
        self._last = now
        if self._lag_seconds > self._pause_seconds:
            _LOG.warning("event loop was held", lag_ms=round(self.lag_ms()))

    def age_seconds(self) -> float:
        """Return the time since the last beat, in seconds."""
        return self._clock() - self._last

    def lag_ms(self) -> float:
        """Return how late the loop is: the last beat's delay, or that of the one now due, in ms."""
        return max(self._lag_seconds, self.age_seconds() - BEAT_SECONDS, 0.0) * 1000
