"""Twenty kills at random moments under a load of acknowledged runs.

`FAULT_SEED` sets the seed, which a failure prints: the moments of the kills come from it.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from langgraph_sdk.errors import LangGraphError

from tests.runtime.faults.effects import CHAIN, Ids, asked, assert_done_once, joined, row
from tests.runtime.faults.stack import Process, Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

KILLS = 20
PLACES = [("sqlite", 1), ("postgres", 2)]
"""Processes at a time: a file belongs to one."""
CLIENTS = 3
SLOW_SECONDS = 0.2
LOST = (httpx.HTTPError, LangGraphError, RuntimeError)
"""What a client meets whose process is killed or does not serve yet."""


@dataclass(slots=True)
class Load:
    """Clients that ask for runs until they are told to stop."""

    processes: list[Process | None]
    """Those that live."""
    acknowledged: list[Ids] = field(default_factory=list)
    """Runs that were acknowledged."""
    asked: set[Process] = field(default_factory=set)
    """Processes that acknowledged one."""

    async def knows(self, process: Process) -> bool:
        """Tell whether a process has acknowledged a run."""
        return process in self.asked

    async def ask(self, draws: random.Random) -> None:
        """Ask any process for run after run."""
        while True:
            process = draws.choice(self.processes)
            try:
                if process is not None:
                    ids = await asked(process.url, slow=SLOW_SECONDS)
                    self.acknowledged.append(ids)
                    self.asked.add(process)
            except LOST:
                pass  # nothing was acknowledged
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def asking(self, draws: random.Random) -> AsyncIterator[None]:
        """Ask in the background."""
        clients = [asyncio.create_task(self.ask(draws)) for _ in range(CLIENTS)]
        try:
            yield
        finally:
            for client in clients:
                client.cancel()
            await asyncio.wait(clients)


@dataclass(frozen=True, slots=True)
class Life:
    """How long a process lives."""

    seconds: float
    """Time to its kill, in seconds."""
    served: bool
    """Whether that is counted from when it serves, not from its start."""

    @staticmethod
    def drawn(draws: random.Random) -> "Life":
        """Return one; a fifth of them end before they serve."""
        return Life(draws.uniform(0.1, 1.5), served=draws.random() > 0.2)


async def lived(stack: Stack, load: Load, place: int, lives: list[Life]) -> None:
    """Start a process, kill it after its life, and so on.

    One that serves has acknowledged a run by then, however slow the machine is.
    """
    for life in lives:
        async with stack.process() as process:
            load.processes[place] = await process.serves() if life.served else process
            await asyncio.sleep(life.seconds)  # the moment is the fault, not a wait
            if life.served:
                await until(partial(load.knows, process))
            process.send(signal.SIGKILL)
            await process.ended()


async def killed_under_load(stack: Stack, places: int, seed: int) -> list[Ids]:
    """Return the runs that were acknowledged while processes were killed."""
    draws = random.Random(seed)  # noqa: S311  # moments, not secrets
    lives = [Life.drawn(draws) for _ in range(KILLS)]
    load = Load(processes=[None] * places)
    async with load.asking(draws), asyncio.TaskGroup() as group:
        for place in range(places):
            group.create_task(lived(stack, load, place, lives[place::places]))
    return load.acknowledged


@pytest.mark.parametrize(("stack", "places"), PLACES, indirect=["stack"])
async def test_every_acknowledged_run_outlives_twenty_kills(stack: Stack, places: int) -> None:
    """Fault 3 (ORC-07): all of them end, and each has had its effects once."""
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))  # noqa: S311
    print(f"FAULT_SEED={seed}")  # noqa: T201  # to have the same kills again
    chained = stack.running(CHAIN)
    acknowledged = await killed_under_load(chained, places, seed)
    assert acknowledged
    async with chained.processes(1) as (heir,):
        given = await asyncio.gather(*(joined(heir.url, ids) for ids in acknowledged))
        rows = await asyncio.gather(*(row(heir.url, ids) for ids in acknowledged))
    assert {each["status"] for each in rows} == {"success"}
    assert max(each["attempts"] for each in rows) > 1, "no kill hit a run"
    for ids, values, each in zip(acknowledged, given, rows, strict=True):
        assert_done_once(chained.folder, ids, values, each["attempts"])
