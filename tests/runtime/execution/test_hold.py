"""A thread that a caller holds while they change it, the same on both databases."""

import asyncio

import pytest

from runtime.errors import LeaseLostError, NotFoundError, ThreadBusyError
from runtime.execution.hold import Change, Hold, Holds
from runtime.execution.run import NewRun, Offer, Run, RunState, ThreadState
from runtime.execution.tail import Tail
from runtime.execution.upkeep import Upkeep
from tests.runtime.execution.world import OWNER, World

DONE = Change(status=ThreadState.INTERRUPTED, told="{}")


async def held(world: World, seconds: float = 60.0) -> Hold:
    """Make a thread and hold it."""
    thread = await world.threads.create(OWNER, metadata={})
    return await Holds(world.database, seconds=seconds).take(OWNER, thread.thread_id)


async def test_no_run_begins_on_a_thread_that_is_held(world: World) -> None:
    """Neither a waiting one nor one that would begin as it enters; afterwards it does."""
    hold = await held(world)
    run = await world.enqueue(thread_id=hold.thread.thread_id)
    assert await world.queue().claim("worker") is None
    await Holds(world.database, seconds=60.0).leave(hold, DONE)
    taken = await world.queue().claim("worker")
    assert taken is not None
    assert taken.run_id == run.run_id


async def test_no_run_begins_as_it_enters_on_a_thread_that_is_held(world: World) -> None:
    """A worker that would take it at once does not."""
    hold, offer = await held(world), Offer(holder="worker", lease_seconds=60.0)
    assert (await entered(world, hold.thread.thread_id, offer)).status is RunState.PENDING
    assert (await entered(world, None, offer)).status is RunState.RUNNING


async def entered(world: World, thread_id: str | None, offer: Offer) -> Run:
    """Put a run into the queue while a worker offers to begin it."""
    thread = thread_id or (await world.threads.create(OWNER, metadata={})).thread_id
    new = NewRun(
        run_id=thread[::-1], thread_id=thread, owner=OWNER, graph="steps", request={},
        metadata={}, priority=0, timeout_seconds=60.0,
    )  # fmt: skip
    return (await world.runs.enqueue(new, offer=offer))[0]


async def test_a_thread_is_held_by_one_and_under_no_run(world: World) -> None:
    """A second caller is told to come again, as is one who comes while a run waits."""
    hold, holds = await held(world), Holds(world.database, seconds=60.0)
    with pytest.raises(ThreadBusyError, match="somebody else"):
        await holds.take(OWNER, hold.thread.thread_id)
    with pytest.raises(ThreadBusyError):
        await world.threads.delete(OWNER, hold.thread.thread_id)
    assert await Upkeep(world.database).prune(OWNER, [hold.thread.thread_id], "delete") == 0
    with pytest.raises(NotFoundError):
        await holds.take("key:two", hold.thread.thread_id)
    run = await world.enqueue()
    with pytest.raises(ThreadBusyError, match="a run on this thread"):
        await holds.take(OWNER, run.thread_id)


async def test_of_many_who_come_at_once_one_changes_the_thread(world: World) -> None:
    """A hold and a run that enters in the same moment never both have the thread."""
    offer = Offer(holder="worker", lease_seconds=60.0)
    for _ in range(20):
        thread = (await world.threads.create(OWNER, metadata={})).thread_id
        took, run = await asyncio.gather(
            Holds(world.database, seconds=60.0).take(OWNER, thread),
            entered(world, thread, offer),
            return_exceptions=True,
        )
        assert isinstance(run, Run)
        if isinstance(took, Hold):
            assert run.status is RunState.PENDING
        else:
            assert isinstance(took, ThreadBusyError)


async def test_a_thread_says_what_it_waits_for_after_a_change(world: World) -> None:
    """Left with a change its status is the change's; left without, what it was."""
    holds = Holds(world.database, seconds=60.0)
    for change, status in ((None, ThreadState.IDLE), (DONE, ThreadState.INTERRUPTED)):
        hold = await held(world)
        await holds.leave(hold, change)
        thread = await world.threads.get(OWNER, hold.thread.thread_id)
        assert thread.status is status
        await holds.take(OWNER, thread.thread_id)


async def test_a_hold_ends_with_its_time_and_writes_nothing_then(world: World) -> None:
    """Who was stopped for too long is refused to write, and changes no status of a later holder."""
    late = await held(world, seconds=0.001)
    await asyncio.sleep(0.01)
    hold = await Holds(world.database, seconds=60.0).take(OWNER, late.thread.thread_id)
    with pytest.raises(LeaseLostError):
        late.lease.check()
    await Holds(world.database, seconds=60.0).leave(late, DONE)
    assert (await world.threads.get(OWNER, late.thread.thread_id)).status is ThreadState.IDLE
    await world.enqueue(thread_id=late.thread.thread_id)
    assert await world.queue().claim("worker") is None
    hold.lease.check()


async def test_a_change_is_kept_for_who_listens_alone(world: World) -> None:
    """Nothing is left of one that nobody hears of; what listeners are told is in the table."""
    holds = Holds(world.database, seconds=60.0)
    for listened in (False, True):
        hold = await held(world)
        if listened:
            tail = Tail(world.database, keep_seconds=60.0, changes=True)
            await tail.now(OWNER, hold.thread.thread_id)
        await holds.leave(hold, DONE)
        kept = await world.database.rows("SELECT data FROM thread_changes", {})
        assert [row["data"] for row in kept] == ([DONE.told] if listened else [])
