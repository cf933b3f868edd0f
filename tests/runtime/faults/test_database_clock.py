"""The database's own clock jumps: every lease and every deadline goes by it."""

import asyncio
import signal

import psycopg
import pytest

from tests.runtime.faults.effects import (
    CHAIN,
    STEPS,
    Ids,
    asked,
    assert_done_once,
    begun,
    joined,
    row,
)
from tests.runtime.faults.stack import Process, Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

RUNS = 4
SLOW_SECONDS = 2.0
TIMES = {"execution": {"lease_seconds": 60, "heartbeat_seconds": 20}}
"""Whoever looks after dead workers, once a second, comes before a heartbeat."""

JUMP_SECONDS = 120
"""More than a lease, and less than a run may take."""

CLOCK = (
    "CREATE TABLE clock (ahead_seconds double precision NOT NULL)",
    "INSERT INTO clock VALUES (0)",
    """
    CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT pg_catalog.clock_timestamp()
            + make_interval(secs => (SELECT ahead_seconds FROM clock))
    $$
    """,
)
"""A clock before the server's own, which moves with a table."""


@pytest.fixture
def clocked(on_postgres: Stack) -> Stack:
    """Give a stack in a database whose clock a test can move."""
    url = on_postgres.variables["DATABASE_URL"]
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog".encode())
        for statement in CLOCK:
            connection.execute(statement.encode())
    return on_postgres.stating(**TIMES).running(CHAIN)


def jump(stack: Stack, seconds: float) -> None:
    """Move the database's clock."""
    with psycopg.connect(stack.variables["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("UPDATE clock SET ahead_seconds = ahead_seconds + %s", (seconds,))


async def taken(process: Process, runs: list[Ids]) -> bool:
    """Tell whether each run was taken by a worker, the first time."""
    return {(await row(process.url, ids))["attempts"] for ids in runs} == {1}


async def test_a_clock_that_jumps_forward_loses_no_run(clocked: Stack) -> None:
    """Fault 29: all leases are over at once; each run is taken again, and ends once.

    Its first worker hears of it at its next heartbeat: until then both work on it.
    """
    async with clocked.processes(2) as (one, two):
        runs = [await asked(one.url, slow=SLOW_SECONDS) for _ in range(RUNS)]
        await until(lambda: taken(two, runs))
        jump(clocked, JUMP_SECONDS)

        async def taken_again() -> bool:
            return not await taken(two, runs)

        await until(taken_again)
        given = await asyncio.gather(*(joined(two.url, ids) for ids in runs))
        rows = [await row(two.url, ids) for ids in runs]
    assert [each["done"] for each in given] == [STEPS] * RUNS
    assert {each["status"] for each in rows} == {"success"}
    counted = begun(clocked.folder)
    for (_, run), each in zip(runs, rows, strict=True):
        assert max(counted[f"{run} {step}"] for step in STEPS) <= each["attempts"]


async def test_a_clock_that_jumps_back_holds_up_what_a_dead_worker_held_alone(
    clocked: Stack,
) -> None:
    """Fault 29: who works goes on; the lease of who is killed lasts until the clock is there."""
    jump(clocked, JUMP_SECONDS)
    async with clocked.processes(1) as (dying,):
        held = [await asked(dying.url, slow=SLOW_SECONDS) for _ in range(RUNS)]
        await until(lambda: taken(dying, held))
        dying.send(signal.SIGKILL)
        await dying.ended()
    jump(clocked, -JUMP_SECONDS)
    async with clocked.processes(1) as (heir,):
        later = [await asked(heir.url, slow=0) for _ in range(RUNS)]
        assert [(await joined(heir.url, ids))["done"] for ids in later] == [STEPS] * RUNS
        assert {(await row(heir.url, ids))["status"] for ids in held} == {"running"}
        jump(clocked, 2 * JUMP_SECONDS)
        for ids in held:
            given = await joined(heir.url, ids)
            assert_done_once(clocked.folder, ids, given, (await row(heir.url, ids))["attempts"])
