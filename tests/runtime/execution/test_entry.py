"""A run's way into the table: it begins at once, or waits."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.errors import NotFoundError, OverloadedError
from runtime.execution.room import Room
from runtime.execution.run import Ended, Offer, RunState, ThreadState
from runtime.execution.runs import Runs
from runtime.execution.worker import Worker
from tests.runtime.execution.test_worker import given
from tests.runtime.execution.world import Counted, World
from tests.runtime.service import until

OFFER = Offer(holder="here", lease_seconds=30.0)
DONE = Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result={"done": True})


async def begun(world: World, **asked: Any) -> bool:
    """Ask for a run with a worker that offers to begin it; tell whether it does."""
    return (await world.enqueue(offer=OFFER, **asked)).status is RunState.RUNNING


async def test_a_run_begins_in_the_statement_that_adds_it(world: World) -> None:
    """It has a holder, a lease and a token as one that was claimed; nobody else gets it."""
    run = await world.enqueue(offer=OFFER)
    assert (run.status, run.holder, run.token, run.attempts) == (RunState.RUNNING, "here", 1, 1)
    assert run.started_at is not None
    assert run.lease_until is not None
    assert run.started_at == run.created_at  # it has not waited at all
    assert run.started_at + 29 < run.lease_until
    assert await world.queue().claim("another") is None
    finished = await world.queue().finish(run, DONE)
    assert finished.run is not None
    assert finished.run.status is RunState.SUCCESS
    assert (await world.read(run)).result == {"done": True}
    thread = await world.threads.get(run.owner, run.thread_id)
    assert thread.status is ThreadState.IDLE


async def test_a_run_waits_where_another_waits_before_it(world: World) -> None:
    """WFO-04: nobody is passed by, whatever the new one's priority."""
    await world.enqueue()
    assert not await begun(world, priority=9)


async def test_a_run_is_not_held_up_by_those_that_cannot_go(world: World) -> None:
    """One whose time has not come, and one behind another on its thread, take no place."""
    await world.enqueue(after_seconds=60.0)
    held = await world.enqueue(offer=OFFER)
    await world.enqueue(thread_id=held.thread_id)
    assert await begun(world)


async def test_a_run_waits_for_its_thread_and_for_its_time(world: World) -> None:
    """ORC-08: one run at a time on a thread; `after_seconds` leaves the start to a worker."""
    held = await world.enqueue(offer=OFFER)
    assert not await begun(world, thread_id=held.thread_id)
    await world.queue().finish(held, DONE)
    (waiting,) = await world.queue().claim_some("another", 5)
    await world.queue().finish(waiting, DONE)
    assert await begun(world, thread_id=held.thread_id)
    assert not await begun(world, after_seconds=60.0)


async def test_the_end_of_a_run_tells_whether_one_waits(world: World) -> None:
    """A worker whose run ends looks for another one only where there may be one."""
    first, second = [await world.enqueue(offer=OFFER) for _ in range(2)]
    await world.enqueue(after_seconds=60.0)
    assert not (await world.queue().finish(first, DONE)).more
    await world.enqueue(thread_id=second.thread_id)
    assert (await world.queue().finish(second, DONE)).more


async def test_an_offer_is_no_way_past_a_full_queue(world: World) -> None:
    """With as many waiting as may, a run is refused though its worker has a place."""
    config = replace(world.settings.config.execution, queue_limit=1)
    small = replace(world, runs=Runs(world.database, Room(world.database, config)))
    await small.enqueue(after_seconds=60.0)
    with pytest.raises(OverloadedError):
        await small.enqueue(offer=OFFER)


async def test_a_run_that_is_submitted_is_worked_on_here(world: World, tmp_path: Path) -> None:
    """It holds one place from its entry to its end; where none is free it waits."""
    places = Counted(1)
    async with world.execution(places) as here:
        first, second = [
            await here.submit(world.new("steps", given(tmp_path)), create_thread=True)
            for _ in range(2)
        ]
        assert isinstance(here.worker, Worker)
        assert (first.status, first.holder) == (RunState.RUNNING, here.worker.holder)
        assert (second.status, second.holder) == (RunState.PENDING, None)
        for run in (first, second):
            assert (await world.ended(run)).status is RunState.SUCCESS
    assert (places.free, places.taken) == (1, 2)


async def test_a_caller_who_goes_while_a_run_is_added_leaves_one_that_ends(
    world: World, tmp_path: Path
) -> None:
    """WFO-04: it does not wait for the end of a lease that nobody renews."""
    new = world.new("steps", given(tmp_path))
    async with world.execution(Counted(1)) as here:
        asking = asyncio.create_task(here.submit(new, create_thread=True))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])

        async def over() -> bool:
            try:
                run = await world.runs.get(new.owner, new.thread_id, new.run_id)
            except NotFoundError:
                return False  # it is being added
            return run.status.ended

        await until(over)
        run = await world.runs.get(new.owner, new.thread_id, new.run_id)
    assert (run.status, run.attempts) == (RunState.SUCCESS, 1)


async def test_a_run_that_is_refused_gives_its_place_back(world: World, tmp_path: Path) -> None:
    """WFO-04: nothing is held for a run that did not come into the table."""
    places = Counted(1)
    async with world.execution(places, queue_limit=1) as here:
        await world.enqueue(after_seconds=60.0)
        with pytest.raises(OverloadedError):
            await here.submit(world.new("steps", given(tmp_path)), create_thread=True)
        assert places.free == 1
