"""Pace: of this pod, and of the fleet."""

import signal
import subprocess
import time

import pytest
from redis.asyncio import Redis

from runtime.budget import Deadline
from runtime.upstream import fleet
from runtime.upstream.error import UpstreamPaceError
from runtime.upstream.fleet import FleetLimiter
from runtime.upstream.limiter import PodLimiter

SLOW = 0.5
"""A rate whose second turn comes after two seconds."""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for Redis as long as a busy machine may need: what is asked is not how quick it is."""
    monkeypatch.setattr(fleet, "PATIENCE_SECONDS", 10.0)


async def test_a_turn_that_comes_too_late_is_refused() -> None:
    """ORC-05: waiting for a turn never exceeds the deadline."""
    limiter = PodLimiter("pubmed", SLOW)
    await limiter.acquire(Deadline.after_ms(100))
    with pytest.raises(UpstreamPaceError, match="rate limit"):
        await limiter.acquire(Deadline.after_ms(100))


async def test_turns_are_spaced_without_a_burst() -> None:
    """The first second must not exceed the rate either."""
    limiter = PodLimiter("pubmed", 20)
    started = time.monotonic()
    for _ in range(4):
        await limiter.acquire(Deadline.after_ms(10_000))
    assert time.monotonic() - started >= 3 / 20 * 0.9


@pytest.mark.usefixtures("patient")
async def test_two_pods_share_the_fleets_pace(redis_url: str) -> None:
    """Design 11: the budget is the fleet's, not the pod's."""
    async with Redis.from_url(redis_url) as first, Redis.from_url(redis_url) as second:
        here, there = FleetLimiter("pubmed", SLOW, first), FleetLimiter("pubmed", SLOW, second)
        await here.acquire(Deadline.after_ms(1000))
        with pytest.raises(UpstreamPaceError):
            await there.acquire(Deadline.after_ms(1000))
        assert here.warning == there.warning == ""


@pytest.mark.usefixtures("patient")
async def test_a_turn_of_the_fleet_is_waited_for(redis_url: str) -> None:
    """A short wait within the deadline is no failure."""
    async with Redis.from_url(redis_url) as redis:
        limiter = FleetLimiter("pubmed", 10, redis)
        for _ in range(3):
            await limiter.acquire(Deadline.after_ms(10_000))
        assert limiter.warning == ""


@pytest.mark.usefixtures("patient")
async def test_without_redis_the_pods_own_pace_holds_and_a_warning_says_so(
    redis_url: str, redis_process: subprocess.Popen[bytes]
) -> None:
    """Fault 14: a lost Redis is a warning, and never a free pass."""
    async with Redis.from_url(redis_url) as redis:
        limiter = FleetLimiter("pubmed", SLOW, redis)
        await limiter.acquire(Deadline.after_ms(1000))
        redis_process.kill()
        redis_process.wait()
        await limiter.acquire(Deadline.after_ms(1000))
        assert limiter.warning.endswith("pod keeps its own: ConnectionError")
        with pytest.raises(UpstreamPaceError):
            await limiter.acquire(Deadline.after_ms(100))


async def test_a_hanging_redis_is_left_alone(
    redis_url: str, redis_process: subprocess.Popen[bytes]
) -> None:
    """Fault 15: a slow Redis is bypassed."""
    async with Redis.from_url(redis_url) as redis:
        limiter = FleetLimiter("pubmed", SLOW, redis)
        redis_process.send_signal(signal.SIGSTOP)
        await limiter.acquire(Deadline.after_ms(5000))
        assert "no answer from Redis" in limiter.warning
        redis_process.send_signal(signal.SIGCONT)


@pytest.mark.usefixtures("patient")
async def test_a_flushed_script_is_loaded_again(redis_url: str) -> None:
    """A restarted Redis has forgotten the script; after the pause the fleet's pace is back."""
    async with Redis.from_url(redis_url) as redis:
        limiter = FleetLimiter("pubmed", 50, redis)
        await limiter.acquire(Deadline.after_ms(1000))
        await redis.script_flush()
        await limiter.acquire(Deadline.after_ms(1000))
        assert limiter.warning
        limiter._bypass_until = 0.0  # instead of waiting for the pause to end
        await limiter.acquire(Deadline.after_ms(1000))
        assert limiter.warning == ""
