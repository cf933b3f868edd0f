"""The database's clock jumps, the same on both databases."""

import pytest

from runtime.execution.clock import Clock
from tests.runtime.execution.world import World
from tests.runtime.service import until

HEARTBEAT_SECONDS = 0.2
MORE_SECONDS, LESS_SECONDS = 120.0, 0.05


def jump(world: World, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the database's clock jump."""
    monkeypatch.setattr(world.database, "now", f"({world.database.now} + {seconds})")


async def test_a_jump_forward_is_noticed_until_every_lease_is_renewed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 29: no lease is judged for two heartbeats, after each jump anew."""
    clock = Clock(world.database, heartbeat_seconds=HEARTBEAT_SECONDS)
    await until(clock.is_steady)
    for _ in range(2):
        jump(world, monkeypatch, MORE_SECONDS)
        assert not await clock.is_steady()
        assert not await clock.is_steady()
        await until(clock.is_steady)


async def test_other_jumps_hold_nothing_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 29: one back, and one by less than a heartbeat, end no lease."""
    clock = Clock(world.database, heartbeat_seconds=MORE_SECONDS)
    for seconds in (0.0, -10 * MORE_SECONDS, LESS_SECONDS):
        jump(world, monkeypatch, seconds)
        assert await clock.is_steady()
