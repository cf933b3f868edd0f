"""Callers that leave, and a clock that jumps."""

import asyncio
import signal
from collections import Counter
from dataclasses import replace
from typing import Any

import httpx
import pytest

from runtime.execution.graph_file import read_graph_file
from tests.runtime.faults.effects import CHAIN, STEPS, asked, joined, row
from tests.runtime.faults.stack import END_SECONDS, Stack
from tests.runtime.service import config_file, serving, settings_of, until, wait_until_ready

pytestmark = pytest.mark.slow

CALLERS = 200
LEAVE = 0.3
"""Share of them that leaves before the answer."""

PLACES = 20


def settings(stack: Stack) -> Any:
    """Return the settings of a stack's service, for a service in this process."""
    found = settings_of(config_file(stack.folder, stack.upstream_url, dict(stack.stated)))
    assert stack.graphs is not None
    return replace(found, graphs=read_graph_file(stack.graphs, found.config.graph.max_graphs))


async def called(client: httpx.AsyncClient, number: int) -> str:
    """Ask and wait, or leave once the run was acknowledged; return the address of the run."""
    path = "/runs/wait" if number % 2 else "/runs/stream"
    # Longer than a waiting caller is left without a word of a run that may end soon.
    body = {"assistant_id": "agent", "input": {"slow": 0.15}, "on_completion": "keep"}
    body |= {"on_disconnect": "cancel"}
    async with client.stream("POST", path, json=body) as answer:
        assert answer.status_code == 200
        if number >= CALLERS * LEAVE:
            await answer.aread()
        return answer.headers["content-location"]


async def test_callers_that_leave_end_their_runs_and_leave_no_task(in_sqlite: Stack) -> None:
    """Fault 27: their runs are cancelled, all others end well, and nothing goes on for them."""
    stack = in_sqlite.stating(api={"max_concurrent_graphs": PLACES}).running(CHAIN)
    async with serving(settings(stack)) as client:
        await wait_until_ready(client)
        before = len(asyncio.all_tasks())
        limits = httpx.Limits(max_connections=CALLERS)
        async with httpx.AsyncClient(
            base_url=client.base_url, timeout=END_SECONDS, limits=limits
        ) as many:
            paths = await asyncio.gather(*(called(many, each) for each in range(CALLERS)))
        ended = Counter([(await over(client, path))["status"] for path in paths])

        async def quiet() -> bool:
            return len(asyncio.all_tasks()) <= before

        await until(quiet)
    left = int(CALLERS * LEAVE)
    # One that left in the moment of its run's end may have been too late to cancel it.
    assert ended["success"] >= CALLERS - left
    assert ended["interrupted"] >= left * 0.9
    assert ended.total() == ended["success"] + ended["interrupted"]


async def over(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Return a run once it has ended."""
    found: dict[str, Any] = {}

    async def ended() -> bool:
        found.update((await client.get(path)).json())
        return found["status"] not in {"pending", "running"}

    await until(ended)
    return found


async def test_a_clock_that_jumps_moves_no_lease_and_no_limit(in_sqlite: Stack) -> None:
    """Fault 29: an hour forward and back, twice, while runs run and requests come."""
    async with in_sqlite.running(CHAIN).process("tests.runtime.faults.moved") as process:
        await process.ready()
        async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
            runs = [await asked(process.url, slow=1.0) for _ in range(3)]
            for jump in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR2, signal.SIGUSR1):
                process.send(jump)
                for path in ("/livez", "/readyz", "/health"):
                    assert (await client.get(path)).status_code == 200
                question = {"input": "Does metformin lower the risk of stroke?"}
                assert (await client.post("/invoke", json=question)).status_code == 200
            given = await asyncio.gather(*(joined(process.url, ids) for ids in runs))
            rows = [await row(process.url, ids) for ids in runs]
    assert [each["done"] for each in given] == [STEPS] * len(runs)
    assert {each["attempts"] for each in rows} == {1}
