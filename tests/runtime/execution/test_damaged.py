"""A row whose JSON cannot be read: its run ends, and nobody else's is held up."""

import pytest

from runtime.execution.run import Page, Run, RunState, Thread, ThreadState
from tests.runtime.execution.world import OWNER, World

BROKEN = ['{"input": ', "[7]"]
"""What is cut off, and what is no object."""


async def damage(world: World, run: Run, column: str, text: str) -> None:
    """Write something else into a run's row."""
    values = {"text": text, "run_id": run.run_id}
    statement = f"UPDATE runs SET {column} = :text WHERE run_id = :run_id"  # noqa: S608  # ours
    await world.database.rows(statement, values)


async def damaged_thread(world: World, text: str, owner: str = OWNER) -> Thread:
    """Make a thread whose metadata cannot be read."""
    thread = await world.threads.create(owner, metadata={"colour": "red"})
    statement = "UPDATE threads SET metadata = :text WHERE thread_id = :thread_id"
    await world.database.rows(statement, {"text": text, "thread_id": thread.thread_id})
    return thread


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("column", ["request", "metadata"])
async def test_a_worker_ends_a_damaged_run_and_does_the_others(
    world: World, column: str, text: str
) -> None:
    """Fault 11: those that it takes together with it are done at their first attempt."""
    runs = [await world.enqueue("ask", {}) for _ in range(3)]
    await damage(world, runs[1], column, text)
    async with world.worker():
        first, damaged, last = [await world.ended(run) for run in runs]
    assert damaged.status is RunState.ERROR
    assert damaged.error is not None
    assert damaged.error["error"] == "DamagedError"
    assert column in damaged.error["message"]
    assert {first.status, last.status} == {RunState.INTERRUPTED}
    assert {first.attempts, last.attempts} == {1}


async def test_the_reaper_ends_damaged_runs_with_the_others(world: World) -> None:
    """Fault 11: one row that cannot be read does not undo the ends of those beside it."""
    runs = [await world.enqueue(timeout_seconds=0.0) for _ in range(3)]
    await damage(world, runs[0], "request", BROKEN[0])
    back, ended = await world.queue().reap()
    assert not back
    assert {run.run_id for run in ended} == {run.run_id for run in runs}
    assert {run.status for run in [await world.read(run) for run in runs]} == {RunState.TIMEOUT}


async def test_the_reaper_gives_damaged_runs_back_with_the_others(world: World) -> None:
    """Fault 11: what a dead worker held is taken up again, whatever one of the rows holds."""
    runs = [await world.enqueue() for _ in range(3)]
    held = await world.queue(lease_seconds=0.0).claim_some("a dead worker", 3)
    await damage(world, held[0], "metadata", BROKEN[0])
    back, _ = await world.queue().reap()
    assert {run.run_id for run in back} == {run.run_id for run in runs}


async def test_damaged_runs_are_listed(world: World) -> None:
    """Fault 11: a caller sees which run cannot be read."""
    run = await world.enqueue()
    await damage(world, run, "request", BROKEN[0])
    (found,) = await world.runs.of_thread(OWNER, run.thread_id, Page())
    assert (found.run_id, found.damaged) == (run.run_id, ("request",))


async def test_a_result_that_cannot_be_read_is_no_result(world: World) -> None:
    """Fault 11: who joins the run is told an error, not nothing."""
    async with world.worker():
        run = await world.ended(await world.enqueue("ask", {}))
    await damage(world, run, "result", BROKEN[0])
    damaged = await world.read(run)
    assert damaged.error is not None
    assert damaged.error["error"] == "DamagedError"


@pytest.mark.parametrize("text", BROKEN)
async def test_a_damaged_thread_is_listed_and_hides_no_other(world: World, text: str) -> None:
    """Fault 11: its owner finds it without its metadata, and the others by what they hold."""
    damaged, foreign = await damaged_thread(world, text), await damaged_thread(world, text, "two")
    sound = await world.threads.create(OWNER, metadata={"colour": "red"})
    assert (await world.threads.get(OWNER, damaged.thread_id)).metadata == {}
    both = await world.threads.search(OWNER, Page())
    assert {each.thread_id for each in both} == {damaged.thread_id, sound.thread_id}
    for page in (Page(metadata={"colour": "red"}), Page(filters={"colour": "red"})):
        (found,) = await world.threads.search(OWNER, page)
        assert found == sound
        assert await world.threads.count(OWNER, page) == 1
    everybody = Page(metadata={"colour": "red"}, ids=(foreign.thread_id, sound.thread_id))
    assert await world.threads.count(OWNER, everybody) == 1


async def test_a_damaged_thread_is_moved_and_mended(world: World) -> None:
    """Fault 11: a run on it ends as others do, and what its owner says of it anew is kept."""
    damaged = await damaged_thread(world, BROKEN[0])
    async with world.worker():
        run = await world.ended(await world.enqueue("ask", {}, thread_id=damaged.thread_id))
    assert run.status is RunState.INTERRUPTED
    mended = await world.threads.update(OWNER, damaged.thread_id, {"colour": "blue"})
    assert (mended.metadata["colour"], mended.status) == ("blue", ThreadState.INTERRUPTED)
    assert await world.threads.count(OWNER, Page(metadata={"colour": "blue"})) == 1
