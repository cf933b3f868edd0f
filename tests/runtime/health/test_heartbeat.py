"""The event loop's lag."""

import pytest
import structlog

from runtime.health.heartbeat import BEAT_SECONDS, LoopHeartbeat
from tests.runtime.observability.clock import FakeClock

PAUSE_SECONDS = 1.0


async def test_a_late_beat_shows_how_long_the_loop_was_held() -> None:
    """A beat two seconds late is a lag of two seconds, until the next beat comes in time."""
    clock = FakeClock()
    heartbeat = LoopHeartbeat(PAUSE_SECONDS, clock)
    clock.advance(BEAT_SECONDS + 2)
    assert heartbeat.lag_ms() == 2000
    await heartbeat.beat()
    assert (heartbeat.age_seconds(), heartbeat.lag_ms()) == (0, 2000)
    clock.advance(BEAT_SECONDS)
    await heartbeat.beat()
    assert heartbeat.lag_ms() == 0


@pytest.mark.parametrize(("lag_seconds", "logged"), [(PAUSE_SECONDS, 0), (2 * PAUSE_SECONDS, 1)])
async def test_a_held_loop_is_logged(lag_seconds: float, logged: int) -> None:
    """A lag above the limit leaves a warning with its size (fault 30)."""
    clock = FakeClock()
    heartbeat = LoopHeartbeat(PAUSE_SECONDS, clock)
    clock.advance(BEAT_SECONDS + lag_seconds)
    with structlog.testing.capture_logs() as entries:
        await heartbeat.beat()
    assert [entry["lag_ms"] for entry in entries] == [2000] * logged
