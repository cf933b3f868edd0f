"""A Postgres that is restarted, hangs, has no connection left, or ends those there are."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import LiteralString

import httpx
import psycopg
import pytest

from tests.runtime.faults.conftest import EXTERNAL
from tests.runtime.faults.damage import assert_hurts_its_own_alone
from tests.runtime.faults.effects import CHAIN, STEPS, Ids, asked, assert_done_once, joined, row
from tests.runtime.faults.stack import END_SECONDS, POOL, Process, Stack
from tests.runtime.postgres import PostgresServer, new_database
from tests.runtime.service import events_of, until

pytestmark = pytest.mark.slow

RUNS = 8
SLOW_SECONDS = 0.5
CONNECTIONS = POOL["size"] + POOL["max_overflow"]


@pytest.fixture
def hurt(in_sqlite: Stack, own_postgres: PostgresServer) -> Stack:
    """Give a stack on the Postgres that is hurt."""
    url = new_database(own_postgres.url)
    stack = in_sqlite.stating(**EXTERNAL).under(DATABASE_URL=url).running(CHAIN)
    return stack.stating(api={"request_timeout_seconds": 4})  # what a hung statement may take


async def status(process: Process, path: str) -> int:
    """Return how a process answers a probe."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        return (await client.get(path)).status_code


async def created(process: Process) -> int:
    """Return how a process answers who makes a thread."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        return (await client.post("/threads", json={})).status_code


async def assert_lost(process: Process) -> None:
    """Assert that a process without a database is alive, not ready, and says when to come again."""

    async def unready() -> bool:
        return await status(process, "/readyz") == 503

    await until(unready)
    assert await status(process, "/livez") == 200
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        told = await client.post("/threads", json={})
    assert told.status_code == 503, told.text
    assert told.headers["content-type"] == "application/problem+json"
    assert int(told.headers["retry-after"]) >= 1


async def assert_asked_later(process: Process) -> None:
    """Assert that who asks a process without a database is told when to ask again.

    Once it has a place: its runs keep theirs while they look for the database.
    """
    question = {"input": "SGLT2 inhibitors in heart failure"}
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:

        async def placed() -> bool:
            told = (await client.post("/invoke", json=question)).json()
            return bool(told["type"] != "urn:plumbline:problem:overloaded")

        await until(placed)
        told = await client.post("/invoke", json=question)
        events = await events_of(await client.post("/invoke/stream", json=question))
    kind = "store-unavailable"
    assert (told.status_code, told.json()["type"]) == (503, f"urn:plumbline:problem:{kind}")
    assert int(told.headers["retry-after"]) >= 1
    (error,) = [data for name, data in events if name == "error"]
    assert (error["kind"], error["status"]) == (kind, 503)


async def begun(process: Process) -> list[Ids]:
    """Return runs that were acknowledged, some of them under way."""
    return [await asked(process.url, slow=SLOW_SECONDS) for _ in range(RUNS)]


async def assert_all_end(stack: Stack, process: Process, runs: list[Ids]) -> None:
    """Assert that runs end well, each with its effects once."""
    given = await asyncio.gather(*(joined(process.url, ids) for ids in runs))
    for ids, values in zip(runs, given, strict=True):
        assert_done_once(stack.folder, ids, values, (await row(process.url, ids))["attempts"])


@asynccontextmanager
async def waited_for(process: Process, runs: list[Ids]) -> AsyncIterator[list[httpx.Response]]:
    """Give the answers of a process, not read yet, to those who wait for runs."""
    async with (
        httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client,
        AsyncExitStack() as opened,
    ):
        paths = [f"/threads/{thread}/runs/{run}/join" for thread, run in runs]
        yield [await opened.enter_async_context(client.stream("GET", path)) for path in paths]


async def test_a_restart_loses_no_acknowledged_run(
    hurt: Stack, own_postgres: PostgresServer
) -> None:
    """Fault 7 (ORC-07): readiness falls and comes back; who waits for a run is not dropped."""
    async with hurt.processes(2) as (one, two):
        runs = await begun(one)
        async with waited_for(two, runs) as answers:
            own_postgres.stop()
            await asyncio.gather(assert_lost(one), assert_lost(two))
            await assert_asked_later(one)
            own_postgres.start()
            await asyncio.gather(one.ready(), two.ready())
            await assert_all_end(hurt, two, runs)
            assert [json.loads(await each.aread())["done"] for each in answers] == [STEPS] * RUNS


async def test_a_hung_database_is_waited_for_no_longer_than_said(
    hurt: Stack, own_postgres: PostgresServer
) -> None:
    """Fault 8: requests are answered while it hangs; when it goes on, so do the runs."""
    async with hurt.processes(2) as (one, two):
        runs = await begun(one)
        own_postgres.signal_all(signal.SIGSTOP)
        try:
            # At once: over connections that answered a moment ago.
            assert {await each for each in asyncio.as_completed(map(created, [one] * RUNS))} == {
                503
            }
            await asyncio.gather(assert_lost(one), assert_lost(two))
        finally:
            own_postgres.signal_all(signal.SIGCONT)
        await asyncio.gather(one.ready(), two.ready())
        await assert_all_end(hurt, two, runs)


@contextmanager
def all_connections(url: str) -> Iterator[None]:
    """Take every connection of a server, those of others too."""
    taken = [psycopg.connect(url, autocommit=True)]
    own = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> ALL(%s)"
    try:
        for _ in range(200):
            try:
                taken.append(psycopg.connect(url))
            except psycopg.OperationalError:
                taken[0].execute(own, ([each.info.backend_pid for each in taken],))
        yield
    finally:
        for each in taken:
            each.close()


async def test_without_a_connection_left_callers_are_told_to_come_again(
    hurt: Stack, own_postgres: PostgresServer
) -> None:
    """Fault 9: 503 with Retry-After, no crash, and recovery by itself."""
    async with hurt.processes(1) as (process,):
        runs = await begun(process)
        with all_connections(own_postgres.url):
            await assert_lost(process)
        await process.ready()
        await assert_all_end(hurt, process, runs)


async def test_connections_that_are_ended_are_made_anew(
    hurt: Stack, own_postgres: PostgresServer
) -> None:
    """Fault 10: a dead connection is found when it is taken, and no request meets it."""
    ended = (
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = %s",
        (hurt.variables["DATABASE_URL"].rpartition("/")[2],),
    )
    async with (
        hurt.processes(1) as (process,),
        httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client,
    ):
        runs = await begun(process)
        for _ in range(5):
            # As many as there are connections: each of them is met.
            await asyncio.gather(*(client.post("/threads", json={}) for _ in range(CONNECTIONS)))
            with psycopg.connect(own_postgres.url, autocommit=True) as connection:
                connection.execute(*ended)
            calls = (client.post("/threads", json={}) for _ in range(CONNECTIONS))
            assert [each.status_code for each in await asyncio.gather(*calls)] == [
                200
            ] * CONNECTIONS
        await assert_all_end(hurt, process, runs)


@pytest.mark.parametrize(
    "damaging",
    [
        "UPDATE checkpoint_blobs SET blob = '\\xc1' WHERE thread_id = %s",
        "UPDATE checkpoints SET checkpoint = '{}' WHERE thread_id = %s",
        "UPDATE checkpoints SET metadata = '[]' WHERE thread_id = %s",
    ],
)
async def test_a_damaged_checkpoint_fails_its_own_run_alone(
    on_postgres: Stack, damaging: LiteralString
) -> None:
    """Fault 11: as in SQLite, whether a value, the checkpoint or what is said of it is damaged."""

    def damage(thread_id: str) -> None:
        with psycopg.connect(on_postgres.variables["DATABASE_URL"]) as connection:
            assert connection.execute(damaging, (thread_id,)).rowcount

    async with on_postgres.running(CHAIN).processes(1) as (process,):
        await assert_hurts_its_own_alone(process, damage)
