"""Workers: what becomes of a run between its lease and its end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from runtime.errors import LeaseLostError
from runtime.execution.hub import Hub
from runtime.execution.request import TRACED
from runtime.execution.run import CANCELLED, Run, RunState, ThreadState
from runtime.execution.work import Letting
from runtime.execution.worker import Worker
from runtime.observability.trace import begun, name_trace
from runtime.persistence.fence import HELD, Lease
from tests.runtime.execution.graphs import runs_of
from tests.runtime.execution.world import OWNER, Counted, World
from tests.runtime.service import until

STEPS = ("first", "second", "third")


def given(folder: Path, slow: float = 0.0) -> dict[str, Any]:
    """Return the input of the graph of three steps."""
    return {"folder": str(folder), "slow": slow}


async def started(world: World, run: Run, folder: Path) -> None:
    """Wait until a run is in the middle of its second step."""
    await world.running(run)

    async def begun() -> bool:
        return runs_of(folder, "second") == 1

    await until(begun)


async def test_a_run_is_executed_to_its_end(world: World, tmp_path: Path) -> None:
    """The row has status, result and times of a run that a worker took from the queue."""
    async with world.worker():
        run = await world.ended(await world.enqueue("steps", given(tmp_path)))
    assert (run.status, run.attempts) == (RunState.SUCCESS, 1)
    assert run.result["done"] == [*STEPS]
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.created_at <= run.started_at <= run.ended_at
    assert (await world.threads.get(OWNER, run.thread_id)).status is ThreadState.IDLE


async def test_a_look_into_an_empty_queue_holds_no_place(world: World) -> None:
    """A request is never refused because a worker asks whether there is something to do."""
    places = Counted(1)

    async def asked() -> bool:
        return places.asked >= 3

    async with world.worker(places=places):
        await until(asked)
    assert not places.taken


async def test_a_run_whose_end_is_being_written_is_not_let_go(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reason to stop that comes too late changes nothing: the run ends as it ended."""
    flush = Hub.flush
    workers: list[Worker] = []

    async def late(hub: Hub, run: Run) -> None:
        for work in workers[0]._works.values():
            work.let_go(Letting.LOST)
        await asyncio.sleep(0)
        await flush(hub, run)

    monkeypatch.setattr(Hub, "flush", late)
    async with world.worker() as worker:
        workers.append(worker)
        run = await world.ended(await world.enqueue("steps", given(tmp_path)))
    assert run.status is RunState.SUCCESS


async def test_two_workers_share_a_queue_without_running_anything_twice(
    world: World, tmp_path: Path
) -> None:
    """Fault 37: thirty runs and two workers; every step of every run ran once."""
    folders = [tmp_path / str(number) for number in range(30)]
    for folder in folders:
        folder.mkdir()
    async with world.worker(), world.worker():
        runs = [await world.enqueue("steps", given(folder)) for folder in folders]
        for run in runs:
            assert (await world.ended(run)).status is RunState.SUCCESS
    assert {runs_of(folder, step) for folder in folders for step in STEPS} == {1}


async def test_a_graph_that_raises_ends_as_an_error_without_its_inside(world: World) -> None:
    """The caller learns the kind of the error and where to look, not what was in it.

    The log has it, under the ids of run and thread (OBS-01).
    """
    with capture_logs(processors=[merge_contextvars]) as logged:
        async with world.worker():
            run = await world.ended(await world.enqueue("fail", {}))
    (told,) = [line for line in logged if line["event"] == "run_failed"]
    assert (told["run_id"], told["thread_id"]) == (run.run_id, run.thread_id)
    assert run.status is RunState.ERROR
    assert run.error is not None
    assert run.error["error"] == "ValueError"
    assert "inside" not in run.error["message"]
    assert (await world.threads.get(OWNER, run.thread_id)).status is ThreadState.ERROR


async def test_what_is_logged_of_a_run_is_of_its_requests_trace(world: World) -> None:
    """OBS-01: also in a worker that the request never reached; else the run's id is the trace."""
    asked = begun("4bf92f3577b34da6a3ce929d0e0e4736")
    with capture_logs(processors=[merge_contextvars, name_trace]) as logged:
        async with world.worker():
            traced = await world.enqueue("fail", {}, request={TRACED: asked.headers()})
            alone = await world.enqueue("fail", {})
            for run in (traced, alone):
                await world.ended(run)
    traces = {
        run.run_id: {line["trace_id"] for line in logged if line.get("run_id") == run.run_id}
        for run in (traced, alone)
    }
    assert traces == {
        traced.run_id: {asked.trace_id},
        alone.run_id: {alone.run_id.replace("-", "")},
    }


async def test_a_run_waits_for_a_person_and_goes_on(world: World) -> None:
    """ORC-08: an interrupt ends the run as interrupted; a command on the thread resumes it."""
    async with world.worker():
        asked = await world.ended(await world.enqueue("ask", {}))
        assert (asked.status, asked.error) == (RunState.INTERRUPTED, None)
        assert asked.result["__interrupt__"][0]["value"] == {"question": "go on?"}
        assert (await world.threads.get(OWNER, asked.thread_id)).status is ThreadState.INTERRUPTED
        answer = {"command": {"resume": "yes"}}
        resumed = await world.enqueue("ask", None, thread_id=asked.thread_id, request=answer)
        ended = await world.ended(resumed)
    assert (ended.status, ended.result) == (RunState.SUCCESS, {"answer": "yes"})


async def test_cancel_reaches_a_worker_elsewhere(world: World, tmp_path: Path) -> None:
    """A run is cancelled in the table alone, and the process that runs it ends it as cancelled."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
        await world.runs.cancel(OWNER, run.thread_id, run.run_id)
        ended = await world.ended(run)
    assert ended.status is RunState.INTERRUPTED
    assert ended.error is not None
    assert ended.error["error"] == CANCELLED
    assert runs_of(tmp_path, "third") == 0


async def test_a_deadline_ends_a_running_run(world: World, tmp_path: Path) -> None:
    """A run that takes longer than it may ends as a timeout, its work cancelled."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60), timeout_seconds=0.5)
        ended = await world.ended(run)
    assert ended.status is RunState.TIMEOUT
    assert runs_of(tmp_path, "third") == 0


async def test_a_worker_that_ends_hands_its_run_over(world: World, tmp_path: Path) -> None:
    """Fault 5: what is done stays done, the step under way is repeated elsewhere, once."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
    given_back = await world.read(run)
    assert (given_back.status, given_back.holder) == (RunState.PENDING, None)
    async with world.worker():
        ended = await world.ended(run)
    assert (ended.status, ended.attempts) == (RunState.SUCCESS, 1)
    assert ended.result["done"] == [*STEPS]
    assert [runs_of(tmp_path, step) for step in STEPS] == [1, 2, 1]


async def test_a_draining_worker_takes_nothing_and_lets_go_in_time(
    world: World, tmp_path: Path
) -> None:
    """Fault 4 and 5: during the drain the run goes on; near its end it is given back."""
    left: list[float | None] = [None]
    async with world.worker(drain=lambda: left[0]):
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
        left[0] = world.times.handover_seconds + 60.0
        await asyncio.sleep(0.2)  # a look into the queue that began before may still take one
        late = await world.enqueue("steps", given(tmp_path))
        await asyncio.sleep(0.2)
        assert (await world.read(late)).status is RunState.PENDING
        assert (await world.read(run)).status is RunState.RUNNING
        left[0] = float(world.times.handover_seconds)

        async def let_go() -> bool:
            return (await world.read(run)).status is RunState.PENDING

        await until(let_go)
        assert (await world.read(late)).status is RunState.PENDING


async def test_a_worker_that_lost_its_lease_stops(world: World, tmp_path: Path) -> None:
    """A zombie that wakes finds its run taken over, and ends without writing to it."""
    async with world.worker():
        run = await world.enqueue("steps", given(tmp_path, slow=60))
        await started(world, run, tmp_path)
        async with world.database.transaction() as session:
            await session.rows("UPDATE runs SET token = token + 1, holder = 'an heir'", {})

        async def gone() -> bool:
            return not [task for task in asyncio.all_tasks() if run.run_id in task.get_name()]

        await until(gone)
    held = await world.read(run)
    assert (held.status, held.holder) == (RunState.RUNNING, "an heir")


async def test_a_checkpoint_after_the_lease_is_refused(world: World, tmp_path: Path) -> None:
    """A process that was stopped for longer than its lease cannot move the thread any more."""
    graph = world.graphs().get("steps").graph
    HELD.set(Lease(run_id="a run", token=1, until=0.0))
    with pytest.raises(LeaseLostError):
        await graph.ainvoke(given(tmp_path), {"configurable": {"thread_id": "one"}})
    HELD.set(None)
    assert await world.saver.aget({"configurable": {"thread_id": "one"}}) is None


async def test_a_last_step_that_cannot_be_kept_ends_the_run_as_an_error(world: World) -> None:
    """It is written with the run's end, which goes without it then; its first attempt is all."""
    run = await world.enqueue("unkeepable", {})
    async with world.worker():
        ended = await world.ended(run)
    assert ended.status is RunState.ERROR
    assert ended.error is not None
    assert ended.error["error"] == "TypeError"
    assert ended.attempts == 1
