"""The Postgres store, on a real server that the tests start."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.base import empty_checkpoint
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from runtime.errors import StoreError
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.claim import ThreadClaims
from runtime.persistence.postgres import PostgresCheckpointSaver
from runtime.persistence.retention import remove_stale
from runtime.settings import Settings
from tests.runtime.persistence.counting import counting
from tests.runtime.service import until

pytestmark = pytest.mark.slow

CONNECTIONS = 3

_AT_LOCKS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
"""Connections that wait for a lock."""


@pytest.fixture
def settings(in_postgres: Settings) -> Settings:
    """Give settings of a store in an empty database."""
    return in_postgres


async def test_threads_outlive_the_process_and_are_isolated(settings: Settings) -> None:
    """ORC-08: the next process goes on where the last one stopped, thread by thread."""
    for _ in range(2):
        async with open_checkpointer(settings) as saver:
            one = await counting(saver).ainvoke({}, {"configurable": {"thread_id": "one"}})
            new = await counting(saver).ainvoke({}, {"configurable": {"thread_id": "two"}})
    assert (one["count"], new["count"]) == (2, 2)


async def test_many_runs_share_the_pool_within_its_bounds(settings: Settings) -> None:
    """CFG-11: more runs than connections all end, their waits are told, no connection is added."""
    waits: list[float] = []
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings, waits.append) as saver:
        graph = counting(saver)
        runs = (graph.ainvoke({}, {"configurable": {"thread_id": str(n)}}) for n in range(20))
        ended = await asyncio.gather(*runs)
        connection = await psycopg.AsyncConnection.connect(url.get_secret_value())
        async with connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            found = await (await connection.execute(query)).fetchone()
    assert [run["count"] for run in ended] == [1] * 20
    assert waits
    assert found is not None
    assert found[0] <= CONNECTIONS + 1  # and the one that counts


async def test_a_connection_that_died_is_replaced(settings: Settings) -> None:
    """CFG-11: checked before use, so that a failover costs no run."""
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings) as saver:
        connection = await psycopg.AsyncConnection.connect(url.get_secret_value())
        async with connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ended = await counting(saver).ainvoke({}, {"configurable": {"thread_id": "t"}})
    assert ended["count"] == 1


async def test_connections_used_a_moment_ago_are_replaced_too(settings: Settings) -> None:
    """Fault 10: what died between two uses is found without asking the server about each."""
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings) as saver:
        graph = counting(saver)
        await graph.ainvoke({}, {"configurable": {"thread_id": "t"}})
        with psycopg.connect(url.get_secret_value()) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ended = await graph.ainvoke({}, {"configurable": {"thread_id": "t"}})
    assert ended["count"] == 2


async def test_reads_run_beside_one_another(settings: Settings) -> None:
    """ORC-03: no lock of the saver's lets one through at a time: all wait at the server."""
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings) as saver:
        with psycopg.connect(url.get_secret_value()) as holder:
            holder.execute("LOCK TABLE checkpoints")
            asked = [
                asyncio.create_task(saver.aget({"configurable": {"thread_id": str(number)}}))
                for number in range(CONNECTIONS)
            ]

            async def all_wait() -> bool:
                with psycopg.connect(url.get_secret_value()) as connection:
                    row = connection.execute(_AT_LOCKS).fetchone()
                return row == (CONNECTIONS,)

            await until(all_wait)
            holder.rollback()
        assert await asyncio.gather(*asked) == [None] * CONNECTIONS


async def test_what_many_keep_at_once_is_one_transaction(settings: Settings) -> None:
    """PERF-07: what waits together goes together; what cannot be kept fails alone."""
    url = settings.secrets.database_url
    assert url is not None
    async with open_checkpointer(settings) as saver:
        for names in ([f"one {number}" for number in range(20)], ["good", "no text: \0", "too"]):
            kept = (_keep(saver, name, name) for name in names)
            told = await asyncio.gather(*kept, return_exceptions=True)
            failed = [name for name, each in zip(names, told, strict=True) if each is not None]
            assert failed == [name for name in names if "\0" in name]
    with psycopg.connect(url.get_secret_value()) as connection:
        query = "SELECT count(*), count(DISTINCT xmin::text) FROM checkpoint_writes"
        assert connection.execute(query).fetchone() == (22, 3)


@pytest.mark.parametrize("count", [1, 20])
async def test_checkpoints_are_read_as_they_were_kept_alone_or_beside_others(
    settings: Settings, count: int
) -> None:
    """PERF-07: few rows go as values of their own, many as arrays; the same is there afterwards."""
    threads = [str(number) for number in range(count)]
    async with open_checkpointer(settings) as saver:
        await asyncio.gather(*(_keep_checkpoint(saver, thread) for thread in threads))
        for thread in threads:
            found = await saver.aget_tuple({"configurable": {"thread_id": thread}})
            assert found is not None
            assert found.checkpoint["channel_values"] == {"apart": [thread], "inline": None}
            assert found.metadata["step"] == 1


async def _keep_checkpoint(saver: Any, thread_id: str) -> None:
    values, versions = {"apart": [thread_id], "inline": None}, {"apart": "1", "inline": "1"}
    checkpoint = {**empty_checkpoint(), "channel_values": values, "channel_versions": versions}
    place = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
    await saver.aput(place, checkpoint, {"source": "loop", "step": 1}, versions)


async def _keep(saver: Any, thread_id: str, channel: str) -> None:
    place = {"thread_id": thread_id.replace("\0", ""), "checkpoint_ns": "", "checkpoint_id": "1"}
    await saver.aput_writes({"configurable": place}, [(channel, 1)], "task")


async def test_only_stale_threads_are_removed(settings: Settings) -> None:
    """OPS-10: the same rule as on SQLite."""
    async with open_checkpointer(settings) as saver:
        await counting(saver).ainvoke({}, {"configurable": {"thread_id": "t"}})
        kept = await remove_stale(saver, ThreadClaims(), time.time() - 3600)
        removed = await remove_stale(saver, ThreadClaims(), time.time() + 3600)
        left = await saver.aget({"configurable": {"thread_id": "t"}})
    assert (kept, removed, left) == (0, 1, None)


async def test_a_server_that_cannot_be_reached_is_named_without_the_password(
    settings: Settings,
) -> None:
    """SEC-03: the error says where, never with what."""
    url = SecretStr("postgresql://u:hunter2@127.0.0.1:1/db")
    store = settings.config.store
    impatient = replace(store, pool=replace(store.pool, connect_timeout_seconds=1))
    lost = replace(
        settings,
        config=replace(settings.config, store=impatient),
        secrets=replace(settings.secrets, database_url=url),
    )
    with pytest.raises(StoreError, match="DATABASE_URL") as refused:
        async with open_checkpointer(lost):
            pass
    assert "127.0.0.1" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("kept", [True, False])
async def test_statements_are_prepared_only_where_a_connection_keeps_them(
    settings: Settings, kept: bool
) -> None:
    """PL003: behind a transaction pooler nothing is prepared, and nothing is sent as a pipeline."""
    store = replace(settings.config.store, mode="statefulset", prepared_statements=kept)
    told = replace(settings, config=replace(settings.config, store=store))
    async with open_checkpointer(told) as saver:
        assert isinstance(saver, PostgresCheckpointSaver)
        assert saver.supports_pipeline is kept
        for run in range(2):
            await counting(saver).ainvoke({}, {"configurable": {"thread_id": str(run)}})
        assert isinstance(saver.conn, AsyncConnectionPool)
        async with saver.conn.connection() as connection:
            cursor = await connection.execute("SELECT name FROM pg_prepared_statements")
            assert bool(await cursor.fetchall()) is kept
