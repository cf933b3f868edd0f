"""SIGTERM: under load, twice, during the start, and with runs that are longer than the grace."""

import asyncio
import signal
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.runtime.faults.effects import STEPS, asked, begun, joined, row
from tests.runtime.faults.proxy import Door, door_to
from tests.runtime.faults.stack import END_SECONDS, Process, Stack
from tests.runtime.service import order, until

pytestmark = [
    pytest.mark.slow,
    # The official client says so when it joins again.
    pytest.mark.filterwarnings("ignore:Request failed, attempting reconnect"),
    # The address that it comes back to names the first event.
    pytest.mark.filterwarnings("ignore:Reconnecting without a Last-Event-ID"),
]

EACH = 2
"""Callers of each kind: with three kinds as many as a process has places."""
SHORT_SECONDS, LONG_SECONDS = 0.3, 2.5


ENDS = (0, -signal.SIGTERM)
"""Exit codes of a process that ended as it was told to."""

DRAIN = {
    "workload": {"drain_seconds": 6, "farewell_seconds": 1},
    "api": {"request_timeout_seconds": 2},
    "execution": {"handover_seconds": 2},
}
"""Times of a process that is told to end: shorter than the long runs."""


@pytest.fixture
def draining(chained: Stack) -> Stack:
    """Give a stack whose processes have little time to end."""
    return chained.stating(**DRAIN)


async def streamed(client: LangGraphClient, slow: float) -> Any:
    """Return what a run gives to whoever follows it; events have no gap and come once."""
    parts = [
        part
        async for part in client.runs.stream(
            None, "agent", input={"slow": slow}, stream_mode=["values", "custom"]
        )
    ]
    assert [int(part.id or -1) for part in parts] == list(range(len(parts)))
    last: Any = [part.data for part in parts if part.event == "values"][-1]
    return last["done"]


async def waited(client: LangGraphClient, slow: float) -> Any:
    """Return what a run gives to whoever asks and waits."""
    given: Any = await client.runs.wait(None, "agent", input={"slow": slow})
    return given["done"]


async def created(client: LangGraphClient, url: str, slow: float) -> Any:
    """Return what a run gives to whoever asks for it, and joins it."""
    ids = await asked(url, slow=slow)
    return (await client.runs.join(*ids))["done"]


def calls(client: LangGraphClient, url: str, slow: float) -> list[Coroutine[Any, Any, Any]]:
    """Return callers of each kind."""
    return [
        call
        for _ in range(EACH)
        for call in (streamed(client, slow), waited(client, slow), created(client, url, slow))
    ]


async def poked(process: Process, seen: Counter[int]) -> None:
    """Ask for small things until nobody listens; count the statuses."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        while True:
            try:
                seen[(await client.post("/threads", json={})).status_code] += 1
            except httpx.TransportError:  # a connection is reset in the moment of the closing
                return
            await asyncio.sleep(0.02)


async def all_begun(stack: Stack, count: int) -> None:
    """Wait until so many runs have begun."""

    async def enough() -> bool:
        return len({key.partition(" ")[0] for key in begun(stack.folder)}) >= count

    await until(enough)


async def ended_under_load(
    stack: Stack, leaving: Process, door: Door, heir: AsyncExitStack
) -> None:
    """Send SIGTERM to a process with callers of each kind; let them in elsewhere."""
    url = f"http://127.0.0.1:{door.port}"
    seen: Counter[int] = Counter()
    async with get_client(url=url) as client, asyncio.TaskGroup() as group:
        long = [group.create_task(call) for call in calls(client, url, LONG_SECONDS)]
        await all_begun(stack, len(long))
        short = [group.create_task(call) for call in calls(client, url, SHORT_SECONDS)]
        group.create_task(poked(leaving, seen))
        leaving.send(signal.SIGTERM)
        door.lead_to(None)
        assert await leaving.ended() == 0, leaving.told()
        door.lead_to((await (await heir.enter_async_context(stack.process())).ready()).url)
    assert [each.result() for each in long + short] == [STEPS] * len(long + short)
    assert {*seen} == {200}


async def test_sigterm_under_load_drops_nobody(draining: Stack) -> None:
    """Faults 4 and 5 (ORC-07): streams, waits and joins go on at the next process, without a 5xx.

    A run that is longer than the grace is handed over, which counts as no attempt.
    """
    async with AsyncExitStack() as heir, draining.process() as leaving, door_to(None) as door:
        door.lead_to((await leaving.ready()).url)
        await ended_under_load(draining, leaving, door, heir)
    counted = begun(draining.folder)
    assert max(counted.values()) <= 2
    assert 2 in counted.values()  # something was handed over


async def test_a_second_sigterm_ends_at_once_and_leaves_no_lease(draining: Stack) -> None:
    """Fault 6: what runs is given back to the queue, and the next process takes it at once."""
    async with draining.process() as leaving:
        ids = await asked((await leaving.ready()).url, slow=1.0)
        await all_begun(draining, 1)
        leaving.send(signal.SIGTERM)
        await until(lambda: unready(leaving))
        leaving.send(signal.SIGTERM)
        assert await leaving.ended() in ENDS, leaving.told()
    async with draining.processes(1) as (heir,):
        assert (await joined(heir.url, ids))["done"] == STEPS
        assert (await row(heir.url, ids))["attempts"] == 1  # it was given back, not lost


def asks_upstreams(process: Process, url: str) -> bool:
    """Tell whether a process asks the upstreams, which it does when its store is open."""
    port = urlsplit(url).port
    connections = psutil.Process(process.running.pid).net_connections("tcp")
    return any(each.raddr and each.raddr.port == port for each in connections)


@pytest.mark.parametrize("moment", ["begun", "configured", "opening"])
async def test_sigterm_during_the_start_ends_without_a_traceback(
    stack: Stack, upstream: httpx.Client, moment: str
) -> None:
    """Fault 6: before it reads anything, before it serves, and with its store half open."""
    order(upstream, {"pubmed": [{"latency_ms": 1000}]})  # so that the start takes its time
    async with stack.process() as starting:

        async def come() -> bool:
            assert starting.running.poll() is None, starting.told()
            return {
                "begun": True,
                "configured": "configuration" in starting.told(),
                "opening": asks_upstreams(starting, stack.upstream_url),
            }[moment]

        await until(come)
        starting.send(signal.SIGTERM)
        assert await starting.ended() in ENDS, starting.told()
        assert "Traceback" not in starting.told()
    order(upstream, {})
    async with stack.processes(1) as (heir,):
        assert heir.url


async def unready(process: Process) -> bool:
    """Tell whether a process takes no requests any more."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        try:
            return (await client.get("/readyz")).status_code == 503
        except httpx.TransportError:
            return True
