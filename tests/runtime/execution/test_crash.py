"""A worker process that dies in the middle of a run."""

import signal
from pathlib import Path

import pytest

from runtime.execution.run import RunState
from tests.runtime.execution.graphs import runs_of
from tests.runtime.execution.process import worker_process
from tests.runtime.execution.test_worker import STEPS, given, started
from tests.runtime.execution.world import World

pytestmark = pytest.mark.slow


async def test_a_run_survives_kill_9_and_repeats_one_node(world: World, tmp_path: Path) -> None:
    """Fault 1: the heir goes on from the last checkpoint; what was done is not done again."""
    run = await world.enqueue("steps", given(tmp_path, slow=60))
    with worker_process(world.settings) as victim:
        await started(world, run, tmp_path)
        victim.kill()
        victim.wait()
    assert (await world.read(run)).status is RunState.RUNNING  # a ghost, until its lease is over
    async with world.worker():
        ended = await world.ended(run)
    assert (ended.status, ended.attempts) == (RunState.SUCCESS, 2)
    assert ended.result["done"] == [*STEPS]
    assert [runs_of(tmp_path, step) for step in STEPS] == [1, 2, 1]


@pytest.mark.parametrize("stored", ["postgres"], indirect=True)
async def test_a_stopped_process_that_wakes_changes_nothing(world: World, tmp_path: Path) -> None:
    """A zombie: stopped beyond its lease, its run ended by an heir, then let go on.

    On Postgres alone: a process that is stopped may hold the lock of a SQLite file.
    """
    run = await world.enqueue("steps", given(tmp_path, slow=7))
    with worker_process(world.settings) as zombie:
        await started(world, run, tmp_path)
        zombie.send_signal(signal.SIGSTOP)
        async with world.worker():
            ended = await world.ended(run)
        zombie.send_signal(signal.SIGCONT)
        zombie.send_signal(signal.SIGTERM)
        zombie.wait()
    after = await world.read(run)
    assert (after.token, after.result, after.ended_at) == (2, ended.result, ended.ended_at)
    assert runs_of(tmp_path, "third") == 1


async def test_sigterm_gives_the_run_back_at_once(world: World, tmp_path: Path) -> None:
    """Fault 5: no lease has to run out, no attempt is counted, nothing that is done is lost."""
    run = await world.enqueue("steps", given(tmp_path, slow=60))
    with worker_process(world.settings) as leaving:
        await started(world, run, tmp_path)
        leaving.send_signal(signal.SIGTERM)
        assert leaving.wait() == 0
    assert (await world.read(run)).status is RunState.PENDING
    async with world.worker():
        ended = await world.ended(run)
    assert (ended.status, ended.attempts) == (RunState.SUCCESS, 1)
    assert [runs_of(tmp_path, step) for step in STEPS] == [1, 2, 1]
