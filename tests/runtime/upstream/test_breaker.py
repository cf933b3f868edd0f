"""The circuit breaker."""

import asyncio

import pytest

from runtime.upstream.breaker import FAILURES_TO_OPEN, OPEN_SECONDS, Breaker, BreakerState
from runtime.upstream.error import (
    CircuitOpenError,
    UpstreamConnectionError,
    UpstreamPaceError,
)


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def state(breaker: Breaker) -> BreakerState:
    """Return the state now; a call, as mypy takes a property for a constant."""
    return breaker.state


def fail(breaker: Breaker, times: int) -> None:
    """Let requests fail."""
    for _ in range(times):
        with pytest.raises(UpstreamConnectionError), breaker.attempt():
            raise UpstreamConnectionError("ctgov", "no connection")


def opened(clock: Clock) -> Breaker:
    """Return a breaker that has just opened."""
    breaker = Breaker("ctgov", clock)
    fail(breaker, FAILURES_TO_OPEN)
    return breaker


def test_it_opens_after_failures_in_a_row_and_sends_nothing_more() -> None:
    """A source that is down costs nothing (fault 19)."""
    breaker = Breaker("ctgov", Clock())
    fail(breaker, FAILURES_TO_OPEN - 1)
    assert state(breaker) is BreakerState.CLOSED
    fail(breaker, 1)
    assert state(breaker) is BreakerState.OPEN
    with pytest.raises(CircuitOpenError, match="5 times in a row"), breaker.attempt():
        pytest.fail("an open breaker let a request through")


def test_a_success_between_failures_starts_the_count_anew() -> None:
    """Only failures in a row open it."""
    breaker = Breaker("ctgov", Clock())
    fail(breaker, FAILURES_TO_OPEN - 1)
    with breaker.attempt():
        pass
    fail(breaker, FAILURES_TO_OPEN - 1)
    assert state(breaker) is BreakerState.CLOSED


def test_one_trial_runs_after_the_pause_and_its_success_closes_it() -> None:
    """The end of an outage is found with one request."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    with breaker.attempt():
        assert state(breaker) is BreakerState.HALF_OPEN
        with pytest.raises(CircuitOpenError), breaker.attempt():
            pytest.fail("two trials at once")
    assert state(breaker) is BreakerState.CLOSED


def test_a_failed_trial_opens_it_for_another_pause() -> None:
    """An outage that goes on is asked once a pause."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    fail(breaker, 1)
    assert state(breaker) is BreakerState.OPEN


def test_a_cancelled_trial_frees_its_place() -> None:
    """A caller that leaves must not keep the breaker open for ever."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    with pytest.raises(asyncio.CancelledError), breaker.attempt():
        raise asyncio.CancelledError
    with breaker.attempt():
        pass
    assert state(breaker) is BreakerState.CLOSED


def test_what_is_not_the_upstreams_fault_does_not_count() -> None:
    """Our own pace or budget says nothing about the upstream."""
    breaker = Breaker("ctgov", Clock())
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(UpstreamPaceError), breaker.attempt():
            raise UpstreamPaceError("ctgov", "no turn")
    assert state(breaker) is BreakerState.CLOSED
