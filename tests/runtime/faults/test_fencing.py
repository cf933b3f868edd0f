"""Two workers and one run: a claim has one winner, and who comes late changes nothing."""

import asyncio
import signal
from collections import Counter

import pytest

from tests.runtime.faults.effects import CHAIN, STEPS, asked, begun, joined, row
from tests.runtime.faults.stack import Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

RUNS = 24


@pytest.fixture
def shared(on_postgres: Stack) -> Stack:
    """Give a stack of three steps that several processes may share."""
    return on_postgres.running(CHAIN)


async def test_two_processes_never_take_the_same_run(shared: Stack) -> None:
    """Fault 37: both work on the queue, and each step of each run is begun once."""
    async with shared.processes(2) as (one, two):
        runs = await asyncio.gather(*(asked(one.url, slow=0.1) for _ in range(RUNS)))
        await asyncio.gather(*(joined(two.url, ids) for ids in runs))
        rows = [await row(one.url, ids) for ids in runs]
    assert {each["attempts"] for each in rows} == {1}
    assert begun(shared.folder) == Counter(f"{run} {step}" for _, run in runs for step in STEPS)
    assert all("run_ended" in each.told() for each in (one, two))


async def test_a_process_that_stood_still_beyond_its_lease_changes_nothing(shared: Stack) -> None:
    """Fault 37 (ORC-07): stopped, overtaken, let go on: what it still writes is refused."""
    async with shared.processes(1) as (zombie,):
        ids = await asked(zombie.url, slow=1.5)

        async def in_second() -> bool:
            return f"{ids[1]} second" in begun(shared.folder)

        await until(in_second)
        zombie.send(signal.SIGSTOP)
        async with shared.processes(1) as (heir,):
            assert (await joined(heir.url, ids))["done"] == STEPS
            ended = await row(heir.url, ids)
            zombie.send(signal.SIGCONT)

            async def gave_up() -> bool:
                return "run_lost" in zombie.told()

            await until(gave_up)
            assert await row(heir.url, ids) == ended
            assert (await joined(heir.url, ids))["done"] == STEPS
    assert (ended["status"], ended["attempts"]) == ("success", 2)
    assert [begun(shared.folder)[f"{ids[1]} {step}"] for step in STEPS] == [1, 2, 1]
