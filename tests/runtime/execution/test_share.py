"""Whose run is taken next, on both databases: each owner's share, and the end of a long wait."""

from collections import Counter
from collections.abc import AsyncIterator

from runtime.execution.queue import Queue
from runtime.execution.run import Ended, Run, RunState, ThreadState
from tests.runtime.execution.world import OWNER, World

OTHER = "key:two"
DONE = Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result={})
TRIES = 60
"""Lots after which one that is drawn with an even chance was drawn: all but once in 2 ** 60."""
AT_ONCE = 0.0
"""A bound that every run which waits has waited for."""


async def several(world: World, count: int, owner: str, priority: int) -> list[Run]:
    """Ask for runs."""
    return [await world.enqueue(owner=owner, priority=priority) for _ in range(count)]


async def one_by_one(queue: Queue, most: int) -> AsyncIterator[Run]:
    """Take runs with a single place: each ends before the next one is taken."""
    for _ in range(most):
        taken = await queue.claim("a worker")
        assert taken is not None
        yield taken
        await queue.finish(taken, DONE)


async def test_places_are_shared_between_owners_whatever_the_priority(world: World) -> None:
    """Fault 28: who floods with the highest gets as many places as who asks with the lowest."""
    await several(world, 12, OWNER, 1000)
    await several(world, 4, OTHER, -1000)
    for _ in range(2):
        taken = await world.queue().claim_some("a worker", 4)
        assert Counter(run.owner for run in taken) == {OWNER: 2, OTHER: 2}
    rest = await world.queue().claim_some("a worker", 4)
    assert [run.owner for run in rest] == [OWNER] * 4


async def test_who_has_fewer_running_goes_first(world: World) -> None:
    """Fault 28: what workers anywhere hold of an owner counts, and a run's end gives it back."""
    await several(world, 9, OWNER, 1000)
    held = await world.queue().claim_some("a worker", 3)
    await several(world, 4, OTHER, 0)
    others = await world.queue().claim_some("another", 3)
    assert {run.owner for run in others} == {OTHER}
    for run in held:
        await world.queue().finish(run, DONE)
    again = await world.queue().claim_some("a third", 2)
    assert {run.owner for run in again} == {OWNER}


async def test_a_single_place_goes_round(world: World) -> None:
    """Fault 28: among equals a lot decides, not the priority, which anybody may ask for."""
    await several(world, TRIES, OWNER, 1000)
    await several(world, 1, OTHER, 0)
    taken = [run.owner async for run in one_by_one(world.queue(), TRIES)]
    assert OTHER in taken


async def test_an_owner_whose_runs_cannot_go_is_passed_by(world: World) -> None:
    """Runs behind another of their thread, and those of a later time, take up no share."""
    first = await world.enqueue(owner=OTHER)
    assert await world.queue().claim("a worker") is not None
    for _ in range(20):
        await world.enqueue(owner=OTHER, thread_id=first.thread_id)
    for number in range(20):
        await world.enqueue(owner=f"key:later-{number}", after_seconds=60.0)
    wanted = await several(world, 6, OWNER, 0)
    taken = [await world.queue().claim("another") for _ in wanted]
    assert [run.run_id if run else None for run in taken] == [run.run_id for run in wanted]


async def test_a_run_that_waited_too_long_goes_before_higher_ones(world: World) -> None:
    """Fault 28: execution.starvation_seconds bounds its wait behind its owner's own flood."""
    low = await world.enqueue(priority=-1000)
    await several(world, TRIES, OWNER, 1000)
    taken = [run.run_id async for run in one_by_one(world.queue(starvation_seconds=AT_ONCE), TRIES)]
    assert low.run_id in taken


async def test_higher_ones_are_not_starved_by_those_that_waited(world: World) -> None:
    """WFO-04: where a whole queue waited too long, a high priority still has every second place."""
    await several(world, TRIES, OWNER, 0)
    high = await world.enqueue(priority=1)
    taken = [run.run_id async for run in one_by_one(world.queue(starvation_seconds=AT_ONCE), TRIES)]
    assert high.run_id in taken


async def test_a_wait_begins_when_a_run_may_begin(world: World) -> None:
    """A run that was asked for long ago, for now, has waited for nothing yet."""
    late = await world.enqueue(after_seconds=60.0)
    highs = await several(world, TRIES // 2, OWNER, 1)
    async with world.database.transaction() as session:
        await session.rows(
            "UPDATE runs SET created_at = created_at - 7200, not_before = created_at - 1 "
            "WHERE run_id = :run_id",
            {"run_id": late.run_id},
        )
    taken = [run.run_id async for run in one_by_one(world.queue(), len(highs))]
    assert taken == [run.run_id for run in highs]
