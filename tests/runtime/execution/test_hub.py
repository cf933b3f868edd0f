"""Following a run from a process that does not execute it, on both databases."""

import asyncio
from pathlib import Path

import pytest

from runtime.errors import HandedOverError
from runtime.execution.events import Event, EventLog
from runtime.execution.hub import Hub
from runtime.execution.run import Run, RunState
from tests.runtime.execution.test_worker import STEPS, given, started
from tests.runtime.execution.world import World
from tests.runtime.service import until

UPDATES = {"stream_mode": "updates", "streamed": True}


def elsewhere(world: World, *, leaving: bool = False) -> Hub:
    """Return the listeners of a process that executes nothing."""
    return Hub(EventLog(world.database), poll_seconds=0.02, leaving=lambda: leaving)


async def followed(world: World, run: Run, after: int = -1) -> list[Event]:
    """Return what another process hears of a run until its end."""
    return [
        event async for event in elsewhere(world).follow(run.run_id, after, lambda: world.read(run))
    ]


async def test_another_process_hears_all_of_a_run_and_its_end(world: World, tmp_path: Path) -> None:
    """Events go through the table, in order, each once; the listener ends with the run."""
    run = await world.enqueue("steps", given(tmp_path), request=UPDATES)
    listening = asyncio.create_task(followed(world, run))
    async with world.worker():
        heard = await listening
    assert [event.name for event in heard] == ["metadata", *["updates"] * 3]
    assert [event.number for event in heard] == [0, 1, 2, 3]
    assert await followed(world, run, after=1) == heard[2:]


async def test_a_run_that_moves_goes_on_with_its_numbers(world: World, tmp_path: Path) -> None:
    """Who listens over a hand-over gets the second worker's events after the first one's."""
    run = await world.enqueue("steps", given(tmp_path, slow=60), request=UPDATES)
    async with world.worker():
        await started(world, run, tmp_path)
    async with world.worker():
        heard = await followed(world, run)
    assert [event.number for event in heard] == list(range(len(heard)))
    told = "".join(event.data for event in heard if event.name == "updates")
    assert all(told.count(f'"{step}":') == 1 for step in STEPS)
    assert [event.name for event in heard].count("metadata") == 2


async def test_who_joins_a_run_that_nobody_streams_hears_it_from_elsewhere(
    world: World, tmp_path: Path
) -> None:
    """The worker learns that somebody listens, and keeps what it told before, too."""
    run = await world.enqueue("steps", given(tmp_path, slow=1), request={"stream_mode": "updates"})
    async with world.worker():
        await started(world, run, tmp_path)
        heard = await followed(world, run)
    assert [event.name for event in heard] == ["metadata", *["updates"] * 3]
    assert await followed(world, run, after=1) == heard[2:]


async def test_who_waits_for_a_run_hears_it_from_its_beginning(
    world: World, tmp_path: Path
) -> None:
    """A run that is joined before a worker takes it keeps its events from the first one on."""
    run = await world.enqueue("steps", given(tmp_path), request={"stream_mode": "updates"})
    listening = asyncio.create_task(followed(world, run))

    async def asked() -> bool:
        return (await world.read(run)).followed

    await until(asked)
    async with world.worker():
        assert [event.number for event in await listening] == [0, 1, 2, 3]


async def test_a_run_that_is_not_streamed_ends_its_listeners_too(
    world: World, tmp_path: Path
) -> None:
    """Who comes after its end finds nothing of it in the table, and waits for nothing."""
    run = await world.enqueue("steps", given(tmp_path))
    async with world.worker():
        await world.ended(run)
        assert await followed(world, run) == []
        assert (await elsewhere(world).ended(run, lambda: world.read(run))).status is (
            RunState.SUCCESS
        )


async def test_a_process_that_ends_lets_its_listeners_go(world: World, tmp_path: Path) -> None:
    """While draining, a stream of a run that is elsewhere closes, and a wait is handed over."""
    run, hub = await world.enqueue("steps", given(tmp_path)), elsewhere(world, leaving=True)
    assert [each async for each in hub.follow(run.run_id, -1, lambda: world.read(run))] == []
    with pytest.raises(HandedOverError):
        await hub.ended(run, lambda: world.read(run))
