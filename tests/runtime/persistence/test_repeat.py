"""Connections that are lost while a statement is under way: what may be done twice is repeated."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.errors import AdminShutdown, DeadlockDetected, DiskFull, QueryCanceled
from psycopg_pool import PoolTimeout

from runtime.errors import LeaseLostError
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.fence import HELD, Lease
from runtime.persistence.patience import SilentServerError
from runtime.persistence.repeat import Repeat
from runtime.settings import Settings
from tests.runtime.service import until

RUNS = 20
AGAIN_SECONDS = 0.2

_AT_LOCKS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
"""Processes of the server that wait for a lock."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Any, psycopg.Connection[Any]]]:
    """Give a saver in a Postgres, and a connection that looks on."""
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings) as saver:
        with psycopg.connect(url.get_secret_value(), autocommit=True) as looking:
            yield saver, looking


@contextmanager
def locked(settings: Settings, table: str) -> Iterator[None]:
    """Hold a table, so that statements wait."""
    url = settings.secrets.database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value()) as holder:
        holder.execute(f"LOCK TABLE {table}".encode())
        yield
        holder.rollback()


async def cut(looking: psycopg.Connection[Any], ended: set[int]) -> None:
    """End the connections that wait for a lock, once one does that was not ended already.

    Nothing of this process goes on between that and its return.
    """
    waiting: set[int] = set()

    async def they_wait() -> bool:
        waiting.update({row[0] for row in looking.execute(_AT_LOCKS).fetchall()} - ended)
        return bool(waiting)

    await until(they_wait)
    for each in waiting:
        looking.execute("SELECT pg_terminate_backend(%s, 30000)", (each,))
    ended |= waiting


async def keep(saver: Any, thread_id: str) -> None:
    """Keep what a node gave."""
    place = {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": "1"}
    await saver.aput_writes({"configurable": place}, [("channel", 1)], "task")


def kept(looking: psycopg.Connection[Any]) -> set[str]:
    """Return the threads of which something is kept."""
    found = looking.execute("SELECT thread_id FROM checkpoint_writes").fetchall()
    return {row[0] for row in found}


@pytest.mark.slow
async def test_a_batch_whose_connection_is_lost_is_kept_over_another_one(
    in_postgres: Settings,
) -> None:
    """Fault 10: nobody of a batch is told of a connection that ended, nor of the next one."""
    names = {f"run {number}" for number in range(RUNS)}
    async with opened(in_postgres) as (saver, looking):
        with locked(in_postgres, "checkpoint_writes"):
            tasks = [asyncio.create_task(keep(saver, name)) for name in names]
            ended: set[int] = set()
            for _ in range(3):
                await cut(looking, ended)
        await asyncio.gather(*tasks)
        assert kept(looking) == names


@pytest.mark.slow
async def test_a_run_that_is_lost_meanwhile_keeps_nothing(in_postgres: Settings) -> None:
    """Decision 16: before a batch is sent again each lease is looked at again."""
    async with opened(in_postgres) as (saver, looking):
        with locked(in_postgres, "checkpoint_writes"):
            first = asyncio.create_task(keep(saver, "first"))
            lease = Lease(run_id="r", token=1, until=time.monotonic() + 3600)
            HELD.set(lease)
            lost = asyncio.create_task(keep(saver, "lost"))
            HELD.set(None)
            await cut(looking, set())
            lease.until = 0
        with pytest.raises(LeaseLostError):
            await lost
        await first
        assert kept(looking) == {"first"}


@pytest.mark.slow
async def test_a_read_whose_connection_is_lost_is_asked_again(in_postgres: Settings) -> None:
    """Fault 10: a run that begins goes on from what is kept, whatever became of its connection."""
    place = {"configurable": {"thread_id": "t"}}
    async with opened(in_postgres) as (saver, looking):
        with locked(in_postgres, "checkpoints"):
            asked = asyncio.create_task(saver.aget_tuple(place))
            ended: set[int] = set()
            for _ in range(2):
                await cut(looking, ended)
        assert await asked is None


class Failing:
    """Fails, and counts how often."""

    def __init__(self, error: Exception) -> None:
        """Take what it fails with."""
        self.error = error
        self.tries = 0

    async def __call__(self) -> None:
        """Fail."""
        self.tries += 1
        raise self.error


@pytest.mark.parametrize(
    "error", [AdminShutdown(), psycopg.OperationalError("the connection is closed")]
)
async def test_what_is_lost_again_and_again_ends_as_it_was_lost(error: Exception) -> None:
    """Fault 7: a server that stays away is not asked for ever."""
    failing = Failing(error)
    with pytest.raises(type(error)):
        await Repeat(AGAIN_SECONDS)(failing)
    assert failing.tries >= 2


@pytest.mark.parametrize(
    "error",
    [
        SilentServerError("silent"),
        PoolTimeout(),
        QueryCanceled(),
        DeadlockDetected(),
        DiskFull(),
        psycopg.DataError(),
    ],
)
async def test_what_another_connection_would_not_mend_is_tried_once(error: Exception) -> None:
    """Fault 8: who waited for as long as they may does not begin to wait anew."""
    failing = Failing(error)
    with pytest.raises(type(error)):
        await Repeat(AGAIN_SECONDS)(failing)
    assert failing.tries == 1
