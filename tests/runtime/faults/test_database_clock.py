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
    joined,
    row,
)
from tests.runtime.faults.stack import Process, Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

RUNS = 4
SLOW_SECONDS = 2.0
TIMES = {"execution": {"lease_seconds": 10, "heartbeat_seconds": 4}}
"""Whoever looks after dead workers, once a second, comes before a heartbeat."""

TWICE = 8
"""Runs for which one process has not places enough."""

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


async def test_a_clock_that_jumps_forward_takes_no_run_from_its_worker(clocked: Stack) -> None:
    """Fault 29: all leases are over at once, and are renewed; each step is done once."""
    async with clocked.processes(2) as (one, two):
        runs = [await asked(one.url, slow=SLOW_SECONDS) for _ in range(RUNS)]
        await until(lambda: taken(two, runs))
        jump(clocked, JUMP_SECONDS)
        given = await asyncio.gather(*(joined(two.url, ids) for ids in runs))
        rows = [await row(two.url, ids) for ids in runs]
        assert "clock_jumped" in one.told()
        assert "clock_jumped" in two.told()
    assert {(each["status"], each["attempts"]) for each in rows} == {("success", 1)}
    for ids, gave in zip(runs, given, strict=True):
        assert_done_once(clocked.folder, ids, gave, 1)


async def test_after_a_jump_forward_what_a_dead_worker_held_is_taken_up(clocked: Stack) -> None:
    """Fault 29: its leases are over, and not renewed; the others' runs stay theirs."""
    async with clocked.process() as dying, clocked.processes(1) as (heir,):
        await dying.ready()
        runs = [await asked(heir.url, slow=SLOW_SECONDS) for _ in range(TWICE)]
        await until(lambda: taken(heir, runs))
        dying.send(signal.SIGKILL)
        await dying.ended()
        jump(clocked, JUMP_SECONDS)
        attempts = []
        for ids in runs:
            given = await joined(heir.url, ids)
            attempts.append((await row(heir.url, ids))["attempts"])
            assert_done_once(clocked.folder, ids, given, attempts[-1])
    assert {*attempts} == {1, 2}


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
