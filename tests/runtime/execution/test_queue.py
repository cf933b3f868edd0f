"""The `runs` table as a queue, the same on SQLite and on a real Postgres."""

import asyncio

import pytest

from runtime.errors import (
    ExistsError,
    LeaseLostError,
    NotFoundError,
    ThreadBusyError,
)
from runtime.execution.backlog import backlog
from runtime.execution.database import worded
from runtime.execution.run import CANCELLED, Ended, Page, RunState, ThreadState
from tests.runtime.execution.world import OWNER, World
from tests.runtime.service import until

DONE = Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result={"done": True})
OVER = 0.0
"""A lease that is over as soon as it begins."""


async def test_runs_are_taken_by_priority_and_then_by_age(world: World) -> None:
    """WFO-04: the higher priority goes first; among equals the one that has waited longer."""
    wanted = [await world.enqueue(priority=priority) for priority in (0, 5, 0, 5)]
    taken = [await world.queue().claim("a worker") for _ in range(5)]
    names = [run.run_id if run else None for run in taken]
    assert names == [wanted[number].run_id for number in (1, 3, 0, 2)] + [None]


async def test_a_thread_runs_one_run_at_a_time_in_their_order(world: World) -> None:
    """ORC-08: a later run of a thread waits, whatever its priority, until the first has ended."""
    older = await world.enqueue(priority=0)
    newer = await world.enqueue(priority=9, thread_id=older.thread_id)
    queue = world.queue()
    held = await queue.claim("a worker")
    assert held is not None
    assert held.run_id == older.run_id
    assert await queue.claim("another") is None
    await queue.finish(held, DONE)
    after = await queue.claim("another")
    assert after is not None
    assert after.run_id == newer.run_id


async def test_two_workers_never_get_one_run(world: World) -> None:
    """Fault 37: of twenty who ask at the same time, each gets another run, and one gets none."""
    wanted = {(await world.enqueue()).run_id for _ in range(19)}
    claims = (world.queue().claim(f"worker {number}") for number in range(20))
    taken = [run.run_id for run in await asyncio.gather(*claims) if run is not None]
    assert len(taken) == 19
    assert set(taken) == wanted


@pytest.mark.parametrize("stored", ["postgres"], indirect=True)  # in SQLite one writes at a time
async def test_a_claim_looks_past_what_others_are_taking(world: World) -> None:
    """Fault 37: where others hold all runs whose turn comes first, a worker gets one behind."""
    asked = [(await world.enqueue()).run_id for _ in range(40)]
    async with world.database.transaction() as session:
        taking = "SELECT run_id FROM runs ORDER BY seq LIMIT 39 {skip_locked}"
        rows = await session.rows(worded(world.database, taking), {})
        assert [row["run_id"] for row in rows] == asked[:39]
        taken = [await world.queue().claim("a worker") for _ in range(2)]
    assert [run and run.run_id for run in taken] == [asked[39], None]


async def test_two_workers_never_move_one_thread(world: World) -> None:
    """Three runs of one thread, asked for by ten workers at the same time: one is given."""
    run = await world.enqueue()
    for _ in range(2):
        await world.enqueue(thread_id=run.thread_id)
    claims = (world.queue().claim(f"worker {number}") for number in range(10))
    taken = [run.run_id for run in await asyncio.gather(*claims) if run is not None]
    assert taken == [run.run_id]


async def test_a_worker_takes_only_what_it_has_the_graph_of(world: World) -> None:
    """A pod that has not the graph yet, or not any more, leaves the run to one that has."""
    run = await world.enqueue("steps")
    assert await world.queue(graphs=["ask", "fail"]).claim("a worker") is None
    taken = await world.queue(graphs=["ask", "steps"]).claim("another")
    assert taken is not None
    assert taken.run_id == run.run_id


async def test_a_run_waits_for_its_time_and_holds_nobody_up(world: World) -> None:
    """It is not taken before, a later one of its thread goes first, and its wait begins then."""
    late, queue = await world.enqueue(after_seconds=3600.0), world.queue()
    assert late.deadline_at - late.created_at == pytest.approx(3660.0)
    assert await queue.claim("a worker") is None
    assert await queue.depth() == 0
    other = await world.enqueue(thread_id=late.thread_id)
    taken = await queue.claim("a worker")
    assert taken is not None
    assert taken.run_id == other.run_id
    await queue.finish(taken, DONE)
    async with world.database.transaction() as session:
        await session.rows("UPDATE runs SET not_before = not_before - 3600", {})
    assert await queue.depth() == 1
    due = await queue.claim("a worker")
    assert due is not None
    assert due.run_id == late.run_id
    assert 0 <= due.waited_seconds < 60


async def test_a_zombie_writes_nothing(world: World) -> None:
    """Fencing: once the run is another's, what the first worker still writes is refused."""
    run, queue = await world.enqueue(), world.queue(OVER)
    zombie = await queue.claim("a zombie")
    await asyncio.sleep(0.01)
    await queue.reap()
    heir = await world.queue().claim("an heir")
    assert zombie is not None
    assert heir is not None
    assert heir.token > zombie.token
    for write in (queue.finish(zombie, DONE), queue.give_back(zombie, counted=True)):
        with pytest.raises(LeaseLostError):
            await write
    assert (await world.read(run)).status is RunState.RUNNING
    await world.queue().finish(heir, DONE)
    ended = await world.read(run)
    assert (ended.status, ended.result) == (RunState.SUCCESS, {"done": True})


async def test_a_heartbeat_keeps_what_a_worker_holds_and_nothing_else(world: World) -> None:
    """A renewed lease is not reaped; another's is not renewed, nor one that nobody works on."""
    first, second, left = [await world.enqueue() for _ in range(3)]
    await world.queue(OVER).claim("a worker")
    await world.queue(OVER).claim("another")
    await world.queue(OVER).claim("a worker")
    asked = [first.run_id, second.run_id]
    assert await world.queue().beat("a worker", asked) == {first.run_id: 1}
    await asyncio.sleep(0.01)
    back, ended = await world.queue().reap()
    assert {run.run_id for run in back} == {second.run_id, left.run_id}
    assert not ended


async def test_a_look_that_is_cancelled_leaves_the_table_usable(world: World) -> None:
    """Whoever hangs up in the middle of a transaction, the next one begins and ends as ever."""
    run = await world.enqueue()
    for steps in range(12):
        look = asyncio.create_task(world.runs.get(OWNER, run.thread_id, run.run_id))
        for _ in range(steps):
            await asyncio.sleep(0)
        look.cancel()
        await asyncio.wait([look])
        assert await world.queue().depth() == 1


async def test_what_waits_is_counted_with_the_time_of_what_could_be_taken(world: World) -> None:
    """A run behind another of its thread waits, but no worker could take it."""
    assert (await backlog(world.database)).oldest_seconds == 0
    held = await world.enqueue()
    await world.queue().claim("a worker")
    await world.enqueue(thread_id=held.thread_id)
    blocked = await backlog(world.database)
    assert (blocked.waiting, blocked.oldest_seconds) == (1, 0)
    await world.enqueue()
    assert (await backlog(world.database)).waiting == 2

    async def waited() -> bool:
        return (await backlog(world.database)).oldest_seconds > 0

    await until(waited)  # SQLite's clock tells no less than a millisecond


async def test_a_run_that_kills_its_workers_ends(world: World) -> None:
    """After max_attempts leases without an end the run is an error, not tried for ever."""
    run, queue = await world.enqueue(), world.queue(OVER, max_attempts=2)
    for attempt in (1, 2):
        held = await queue.claim("a worker")
        assert held is not None
        assert held.attempts == attempt
        await asyncio.sleep(0.01)
        await queue.reap()
    ended = await world.read(run)
    assert ended.status is RunState.ERROR
    assert ended.error == {"error": "attempts", "message": "2 workers were lost over this run"}
    assert await queue.claim("a worker") is None


async def test_a_run_given_back_in_order_keeps_its_attempts(world: World) -> None:
    """A rolling update moves a run as often as it likes; only lost workers count."""
    await world.enqueue()
    queue = world.queue(max_attempts=1)
    for token in (1, 2, 3):
        held = await queue.claim("a worker")
        assert held is not None
        assert (held.attempts, held.token) == (1, token)
        await queue.give_back(held, counted=False)


async def test_what_is_beyond_its_deadline_ends_as_a_timeout(world: World) -> None:
    """Timeouts are terminal: a waiting run and one of a dead worker end, and are never taken."""
    waiting = await world.enqueue(timeout_seconds=0.0)
    assert await world.queue().claim("a worker") is None
    held = await world.enqueue()
    assert await world.queue(OVER).claim("a worker") is not None
    async with world.database.transaction() as session:
        await session.rows(
            "UPDATE runs SET deadline_at = created_at WHERE run_id = :run", {"run": held.run_id}
        )
    await world.queue().reap()
    for run in (waiting, held):
        ended = await world.read(run)
        assert ended.status is RunState.TIMEOUT
        assert ended.error is not None
        assert ended.error["error"] == "timeout"
    assert (await world.threads.get(OWNER, held.thread_id)).status is ThreadState.ERROR


async def test_a_cancelled_run_ends_with_the_reason(world: World) -> None:
    """A waiting run ends at once; one whose worker died meanwhile is ended, not resumed."""
    waiting, held = await world.enqueue(priority=-1), await world.enqueue()
    assert await world.queue(OVER).claim("a worker") is not None
    for run in (waiting, held):
        await world.runs.cancel(OWNER, run.thread_id, run.run_id)
    assert (await world.read(held)).status is RunState.RUNNING
    assert (await world.queue().wishes("a worker")).ended == (held.run_id,)
    await asyncio.sleep(0.01)
    await world.queue().reap()
    for run in (waiting, held):
        ended = await world.read(run)
        assert ended.status is RunState.INTERRUPTED
        assert ended.error is not None
        assert ended.error["error"] == CANCELLED


async def test_a_busy_thread_is_treated_as_the_run_asks(world: World) -> None:
    """Double-texting: reject refuses, enqueue waits, interrupt ends what is under way."""
    running = await world.enqueue()
    await world.queue().claim("a worker")
    waiting = await world.enqueue(thread_id=running.thread_id)
    with pytest.raises(ThreadBusyError, match=running.run_id):
        await world.enqueue(thread_id=running.thread_id, strategy="reject")
    await world.enqueue(thread_id=running.thread_id, strategy="interrupt")
    assert (await world.read(waiting)).status is RunState.INTERRUPTED
    assert (await world.queue().wishes("a worker")).ended == (running.run_id,)


async def test_nobody_sees_or_moves_what_is_anothers(world: World) -> None:
    """ORC-08: to another owner a thread and its run do not exist, whatever is asked of them."""
    run = await world.enqueue()
    thread = run.thread_id
    for asked in (
        world.threads.get("key:two", thread),
        world.threads.update("key:two", thread, {"a": 1}),
        world.threads.delete("key:two", thread),
        world.runs.get("key:two", thread, run.run_id),
        world.runs.cancel("key:two", thread, run.run_id),
        world.runs.delete("key:two", thread, run.run_id),
        world.enqueue(thread_id=thread, owner="key:two"),
    ):
        with pytest.raises(NotFoundError):
            await asked
    assert (await world.read(run)).status is RunState.PENDING


async def test_only_threads_without_a_run_under_way_are_removed(world: World) -> None:
    """Retention: a thread whose run waits or runs is left alone; a temporary one goes sooner."""
    busy, done = await world.enqueue(), await world.enqueue(priority=1)
    held = await world.queue().claim("a worker")
    assert held is not None
    await world.queue().finish(held, DONE)
    assert await world.threads.removable(temporary=False, idle_seconds=3600) == []
    assert await world.threads.removable(temporary=False, idle_seconds=-1) == [done.thread_id]
    assert await world.threads.removable(temporary=True, idle_seconds=-1) == []
    assert not await world.threads.release(busy.thread_id)
    assert await world.threads.release(done.thread_id)
    with pytest.raises(NotFoundError):
        await world.read(done)
    assert await world.threads.release("a thread that has no row")


async def test_threads_are_found_by_what_is_said_of_them(world: World) -> None:
    """A search takes metadata (also nested), status and ids; it counts what it would find."""
    for number in range(3):
        await world.threads.create(OWNER, metadata={"n": number, "of": {"a": [1, 2], "b": True}})
    asked = [
        (Page(metadata={"n": 1}), 1),
        (Page(metadata={"of": {"a": [2]}}), 3),
        (Page(metadata={"of": {"b": 1}}), 0),
        (Page(status="busy"), 0),
        (Page(limit=2), 2),
        (Page(offset=2), 1),
    ]
    for page, found in asked:
        assert len(await world.threads.search(OWNER, page)) == found, page
    assert await world.threads.count(OWNER, Page(metadata={"of": {"b": True}})) == 3
    assert await world.threads.search("key:two", Page()) == []
    (one, *_) = await world.threads.search(OWNER, Page(limit=1))
    with pytest.raises(ExistsError):
        await world.threads.create("key:two", thread_id=one.thread_id, metadata={}, keep=True)
