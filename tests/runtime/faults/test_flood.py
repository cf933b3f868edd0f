"""A flood of the highest priority: the share of the others, and the end of a long wait."""

import asyncio
from typing import Any

import httpx
import pytest

from profiles.api_key import Entry
from tests.runtime.faults.effects import STEPS
from tests.runtime.faults.stack import END_SECONDS, Process, Stack

pytestmark = pytest.mark.slow

FLOODING, OTHER = "a key that floods", "another's key"
CALLERS = 40
"""Runs of the flood that are asked for at a time: twenty for each place."""
MOST = 800
"""Runs after which the flood ends by itself, should nobody else get a place before."""
HIGHEST, LOWEST = 1000, -1000


@pytest.fixture
def keyed(chained: Stack) -> Stack:
    """Give a stack of three steps with two places, whose keys have owners of their own."""
    entries = (Entry.of_key(FLOODING, "flooding"), Entry.of_key(OTHER, "other"))
    stated = chained.stating(
        api={"max_concurrent_graphs": 2},
        execution={"starvation_seconds": 1, "displacement": "none"},
    )
    return stated.under(API_KEYS=" ".join(str(entry) for entry in entries))


async def waited(process: Process, key: str, priority: int) -> Any:
    """Ask for a run on a thread of its own and wait; return the steps that it did."""
    headers, body = {"X-API-Key": key}, {"assistant_id": "agent", "input": {}, "priority": priority}
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        answer = await client.post("/runs/wait", json=body, headers=headers)
        return answer.raise_for_status().json()["done"]


class Flood:
    """Callers who ask for the highest priority again and again."""

    def __init__(self, process: Process) -> None:
        """Take where they ask."""
        self._process = process
        self._asked = 0
        self.rising = asyncio.Event()

    async def caller(self) -> None:
        """Ask and wait, again and again."""
        while not self.over:
            self._asked += 1
            assert await waited(self._process, FLOODING, HIGHEST) == STEPS
            self.rising.set()

    @property
    def over(self) -> bool:
        """Whether it ended by itself."""
        return self._asked >= MOST


async def test_a_flood_of_high_priorities_keeps_nobody_out(keyed: Stack) -> None:
    """Fault 28: another owner's lowest run ends while it goes on, and so does its own owner's."""
    async with keyed.processes(1) as (process,):
        flood = Flood(process)
        callers = [asyncio.create_task(flood.caller()) for _ in range(CALLERS)]
        try:
            await flood.rising.wait()
            both = [waited(process, key, LOWEST) for key in (OTHER, FLOODING)]
            assert await asyncio.gather(*both) == [STEPS, STEPS]
            assert not flood.over, "the flood had ended before"
        finally:
            for caller in callers:
                caller.cancel()
            ends = await asyncio.gather(*callers, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}
