"""Circuit breaker: an upstream that keeps failing is left alone, then tried with one call."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from runtime.upstream.error import CircuitOpenError, UpstreamError

FAILURES_TO_OPEN = 5
"""Failures in a row that open it: more than one call's retries, so that one bad call does not."""
OPEN_SECONDS = 5.0
"""Time until a trial call: an outage's end is noticed within ten seconds (fault 19)."""


class BreakerState(StrEnum):
    """What the breaker lets through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """The breaker of one upstream. Belongs to one event loop."""

    def __init__(self, upstream: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Start closed; the clock is monotonic seconds."""
        self._upstream = upstream
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._trial_running = False

    @property
    def state(self) -> BreakerState:
        """What a call would meet now."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        if self._trial_running or self._wait_seconds() <= 0:
            return BreakerState.HALF_OPEN
        return BreakerState.OPEN

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Let one request through and learn from it; raises CircuitOpenError instead.

        A request that ends in anything but success or an UpstreamError (it was cancelled) teaches
        nothing, and frees the place of the trial.
        """
        is_trial = self._admit()
        try:
            yield
        except UpstreamError as error:
            self._learn(failed=error.blames_upstream)
            raise
        else:
            self._learn(failed=False)
        finally:
            if is_trial:
                self._trial_running = False

    def _admit(self) -> bool:
        if self._opened_at is None:
            return False
        wait_seconds = self._wait_seconds()
        if self._trial_running or wait_seconds > 0:
            raise CircuitOpenError(
                self._upstream,
                f"failed {self._failures} times in a row; next try in {max(wait_seconds, 0):.1f} s",
            )
        self._trial_running = True
        return True

    def _learn(self, *, failed: bool) -> None:
        if not failed:
            self._failures, self._opened_at = 0, None
            return
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._opened_at = self._clock()

    def _wait_seconds(self) -> float:
        return (self._opened_at or 0.0) + OPEN_SECONDS - self._clock()
