"""Rolling a run back: it and all that it left are gone, wherever it ran and whatever died."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from runtime.errors import LeaseLostError, NotFoundError, RunEndedError
from runtime.execution.request import thread_config
from runtime.execution.run import Ended, Run, RunState, ThreadState, Which
from tests.runtime.execution.graphs import runs_of
from tests.runtime.execution.process import worker_process
from tests.runtime.execution.test_worker import given, started
from tests.runtime.execution.world import OWNER, World
from tests.runtime.service import until

DONE = Ended(status=RunState.SUCCESS, thread=ThreadState.IDLE, result={})
RESUME = {"command": {"resume": "yes"}}


async def kept(world: World, run: Run) -> list[Any]:
    """Return everything that the store holds of a run's thread."""
    found = [each async for each in world.saver.alist(thread_config(run.thread_id))]
    return [
        (each.config, each.checkpoint, each.metadata, each.parent_config, sorted(writes_of(each)))
        for each in found
    ]


def writes_of(saved: Any) -> list[tuple[str, ...]]:
    """Return what nodes gave after a checkpoint."""
    return [tuple(str(part) for part in write) for write in saved.pending_writes]


async def rows_of(world: World, table: str, run: Run) -> int:
    """Return how many rows of a run a table holds."""
    async with world.database.transaction() as session:
        (row,) = await session.rows(
            f"SELECT count(*) AS n FROM {table} WHERE run_id = :run",  # noqa: S608  # ours
            {"run": run.run_id},
        )
    return int(row["n"])


async def asking(world: World, folder: Path) -> tuple[Run, list[Any]]:
    """Run a graph until it asks a person, on a thread that has a run already."""
    (folder / "before").mkdir()
    async with world.worker():
        before = await world.ended(await world.enqueue("steps", given(folder / "before")))
        run = await world.enqueue("asking", given(folder, slow=60), thread_id=before.thread_id)
        assert (await world.ended(run)).status is RunState.INTERRUPTED
    return run, await kept(world, run)


async def gone(world: World, run: Run) -> None:
    """Wait until a run is gone."""

    async def away() -> bool:
        try:
            await world.read(run)
        except NotFoundError:
            return True
        return False

    await until(away)


async def test_a_run_that_went_on_is_taken_back_to_the_byte(world: World, tmp_path: Path) -> None:
    """A resumed run is rolled back: what the person was asked stands again, and can be answered."""
    first, before = await asking(world, tmp_path)
    async with world.worker():
        run = await world.enqueue("asking", request=RESUME, thread_id=first.thread_id)
        await started(world, run, tmp_path)
        assert await kept(world, run) != before
        await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
        await gone(world, run)
        assert await kept(world, run) == before
        thread = await world.threads.get(OWNER, run.thread_id)
        assert thread.status is ThreadState.INTERRUPTED
        answer = {"command": {"resume": "no"}}
        again = await world.enqueue("asking", request=answer, thread_id=first.thread_id)
        ended = await world.ended(again)
    assert ended.result["done"][-3:] == ["asked: no", "second", "third"]
    for table in ("run_events", "run_origins", "run_origin_writes"):
        assert await rows_of(world, table, run) == 0


async def test_a_first_run_leaves_an_empty_thread(world: World, tmp_path: Path) -> None:
    """A run with an input is rolled back: no checkpoint, no write and no value of it is left."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
        await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
        await gone(world, run)
    tables = ["checkpoints", world.database.words.writes]
    tables += ["checkpoint_blobs"] if world.database.words.has_blobs else []
    async with world.database.transaction() as session:
        for table in tables:
            assert not await session.rows(f"SELECT * FROM {table}", {})  # noqa: S608  # ours


async def test_a_new_run_takes_the_place_of_those_under_way(world: World, tmp_path: Path) -> None:
    """Double-texting `rollback`: what runs and what waits are gone, and the new one is executed."""
    (tmp_path / "new").mkdir()
    async with world.worker():
        running = await world.enqueue("steps", given(tmp_path, slow=60))
        thread = running.thread_id
        waiting = await world.enqueue("steps", given(tmp_path), thread_id=thread)
        await started(world, running, tmp_path)
        new = await world.enqueue(
            "steps", given(tmp_path / "new"), thread_id=thread, strategy="rollback"
        )
        ended = await world.ended(new)
    assert ended.result["done"] == ["first", "second", "third"]
    for run in (running, waiting):
        with pytest.raises(NotFoundError):
            await world.read(run)


@pytest.mark.slow
async def test_the_worker_dies_before_it_has_rolled_back(world: World, tmp_path: Path) -> None:
    """The row says what is to be done: whoever finds the dead worker's lease does it."""
    first, before = await asking(world, tmp_path)
    run = await world.enqueue("asking", request=RESUME, thread_id=first.thread_id)
    with worker_process(world.settings) as victim:
        await started(world, run, tmp_path)
        victim.kill()
        victim.wait()
    await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
    assert await kept(world, run) != before
    async with world.worker():
        await gone(world, run)
    assert await kept(world, run) == before
    assert runs_of(tmp_path, "second") == 1


async def test_a_zombie_writes_no_end_of_what_is_gone(world: World) -> None:
    """Fencing: a worker that comes late neither ends nor gives back a run that was rolled back."""
    run = await world.enqueue()
    zombie = await world.queue(0.0).claim("a zombie")
    assert zombie is not None
    await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
    await asyncio.sleep(0.01)
    await world.queue().reap()
    for write in (
        world.queue().finish(zombie, DONE),
        world.queue().give_back(zombie, counted=True),
    ):
        with pytest.raises(LeaseLostError):
            await write


async def test_a_run_that_ends_in_the_same_moment_is_rolled_back(world: World) -> None:
    """Once acknowledged a rollback holds, though the worker says success or gives the run back."""
    for end in ("finish", "give back"):
        run, queue = await world.enqueue(), world.queue()
        held = await queue.claim("a worker")
        assert held is not None
        await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
        # The weaker wish does not take the stronger back.
        await world.runs.cancel(OWNER, run.thread_id, run.run_id)
        if end == "finish":
            await queue.finish(held, DONE)
        else:
            await queue.give_back(held, counted=False)
        with pytest.raises(NotFoundError):
            await world.read(run)


async def test_a_cancelled_run_that_is_given_back_ends(world: World) -> None:
    """A pod that leaves hands no run over that a caller has cancelled: it is interrupted."""
    run, queue = await world.enqueue(), world.queue()
    held = await queue.claim("a worker")
    assert held is not None
    await world.runs.cancel(OWNER, run.thread_id, run.run_id)
    await queue.give_back(held, counted=False)
    assert (await world.read(run)).status is RunState.INTERRUPTED


async def test_a_run_given_back_is_rolled_back_while_it_waits(world: World, tmp_path: Path) -> None:
    """What waits for its next worker has checkpoints already: they go with it."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
    assert (await world.read(run)).status is RunState.PENDING
    assert await kept(world, run)
    await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
    assert await kept(world, run) == []


async def test_what_has_ended_is_not_rolled_back(world: World) -> None:
    """A later run may have gone on from it: 409, and it stays."""
    run = await world.enqueue()
    held = await world.queue().claim("a worker")
    assert held is not None
    await world.queue().finish(held, DONE)
    with pytest.raises(RunEndedError):
        await world.runs.cancel(OWNER, run.thread_id, run.run_id, "rollback")
    assert (await world.read(run)).status is RunState.SUCCESS


async def test_several_runs_are_cancelled_at_once(world: World) -> None:
    """By status, or by thread and ids; another owner's and what has ended are left alone."""
    running = await world.enqueue()
    await world.queue().claim("a worker")
    waiting, named = await world.enqueue(), await world.enqueue(thread_id=running.thread_id)
    assert await world.runs.cancel_all("key:two", Which(), "rollback") == []
    by_id = Which(thread_id=running.thread_id, run_ids=(named.run_id, waiting.run_id))
    (one,) = await world.runs.cancel_all(OWNER, by_id, "rollback")
    assert one.run_id == named.run_id
    (other,) = await world.runs.cancel_all(OWNER, Which(status="pending"), "interrupt")
    assert other.run_id == waiting.run_id
    await world.runs.cancel_all(OWNER, Which(status="running"), "interrupt")
    assert (await world.queue().wishes("a worker")).ended == (running.run_id,)


async def test_what_was_remembered_of_a_run_goes_with_its_end(world: World, tmp_path: Path) -> None:
    """Only a run under way can be rolled back: what that takes is dropped by the reaper."""
    first, _ = await asking(world, tmp_path)
    async with world.worker():
        run = await world.enqueue("asking", request=RESUME, thread_id=first.thread_id)
        await started(world, run, tmp_path)
        assert await rows_of(world, "run_origins", run) == 1
        assert await rows_of(world, "run_origin_writes", run) > 0
        await world.runs.cancel(OWNER, run.thread_id, run.run_id)
        await world.ended(run)
        await world.queue().reap()
    assert await rows_of(world, "run_origins", run) == 0
