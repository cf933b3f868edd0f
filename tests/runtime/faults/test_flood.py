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
CALLERS = 20
"""Runs of the flood that are asked for at a time: ten for each place."""
MOST = 120
"""Runs after which the flood ends by itself, should nobody else get a place before."""
HIGHEST, LOWEST = 1000, -1000
GIVEN = {"slow": 0.1}
"""What each step takes is much more than asking takes, so that the flood waits in the queue."""


@pytest.fixture
def keyed(chained: Stack) -> Stack:
    """Give a stack of three steps with two places, whose keys have owners of their own."""
    entries = (Entry.of_key(FLOODING, "flooding"), Entry.of_key(OTHER, "other"))
    stated = chained.stating(
        api={"max_concurrent_graphs": 2},
        execution={"starvation_seconds": 1, "displacement": "none"},
    )
    return stated.under(API_KEYS=" ".join(str(entry) for entry in entries))


def caller(process: Process, key: str) -> httpx.AsyncClient:
    """Return a client with a key."""
    headers = {"X-API-Key": key}
    return httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS, headers=headers)


async def waited(client: httpx.AsyncClient, priority: int) -> Any:
    """Ask for a run on a thread of its own and wait; return the steps that it did."""
    body = {"assistant_id": "agent", "input": GIVEN, "priority": priority}
    answer = await client.post("/runs/wait", json=body)
    return answer.raise_for_status().json()["done"]


class Flood:
    """A caller who asks for the highest priority again and again."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """Take who asks."""
        self._client = client
        self._asked = 0
        self.rising = asyncio.Event()

    async def ask(self) -> None:
        """Ask and wait, again and again."""
        while not self.over:
            self._asked += 1
            assert await waited(self._client, HIGHEST) == STEPS
            self.rising.set()

    @property
    def over(self) -> bool:
        """Whether it ended by itself."""
        return self._asked >= MOST


async def test_a_flood_of_high_priorities_keeps_nobody_out(keyed: Stack) -> None:
    """Fault 28: another owner's lowest run ends while it goes on, and so does its own owner's."""
    async with (
        keyed.processes(1) as (process,),
        caller(process, FLOODING) as flooding,
        caller(process, OTHER) as other,
    ):
        flood = Flood(flooding)
        asking = [asyncio.create_task(flood.ask()) for _ in range(CALLERS)]
        try:
            await flood.rising.wait()
            lowest = (waited(client, LOWEST) for client in (other, flooding))
            assert await asyncio.gather(*lowest) == [STEPS, STEPS]
            assert not flood.over, "the flood had ended before"
        finally:
            for each in asking:
                each.cancel()
            ends = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}
