"""The Postgres store, on a real server that the tests start."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypedDict

import psycopg
import pytest
from langgraph.graph import END, START, StateGraph
from pydantic import SecretStr

from profiles.database import Pool
from runtime.errors import StoreError
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.claim import ThreadClaims
from runtime.persistence.retention import remove_stale
from runtime.settings import Settings, load_settings
from tests.parts import require

pytestmark = pytest.mark.slow

CONNECTIONS = 3
START_SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Postgres in a temporary folder, as an unprivileged user; give its address."""
    folder = tmp_path_factory.mktemp("postgres")
    data, log = folder / "data", folder / "log"
    initdb, postgres = require("initdb"), require("postgres")
    subprocess.run(
        initdb.command("-D", str(data), "-U", "tester", "--auth=trust", "--no-sync"),
        env={**os.environ, **initdb.environment},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", "")
    with log.open("w") as output:
        process = subprocess.Popen(
            postgres.command("-D", str(data), "-p", str(port), *settings),
            env={**os.environ, **postgres.environment},
            stdout=output,
            stderr=output,
        )
    url = f"postgresql://tester@127.0.0.1:{port}/postgres"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@pytest.fixture
def settings(server: str) -> Settings:
    """Give settings of a store in an empty database of that server."""
    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    embedded = load_settings({})
    pool = Pool(size=1, max_overflow=2, recycle_seconds=3600, connect_timeout_seconds=30)
    store = replace(embedded.config.store, mode="external", pool=pool)
    url = SecretStr(server.replace("/postgres", f"/{name}"))
    return replace(
        embedded,
        config=replace(embedded.config, store=store),
        secrets=replace(embedded.secrets, database_url=url),
    )


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


class Counter(TypedDict):
    """State of the smallest graph that keeps something."""

    count: int


def counting(saver: Any) -> Any:
    """Return a graph that adds one to its thread's count."""

    async def add(state: Counter) -> Counter:
        return {"count": state.get("count", 0) + 1}

    builder = StateGraph(Counter)
    builder.add_node("add", add)
    builder.add_edge(START, "add")
    builder.add_edge("add", END)
    return builder.compile(checkpointer=saver)


async def test_threads_outlive_the_process_and_are_isolated(settings: Settings) -> None:
    """ORC-08: the next process goes on where the last one stopped, thread by thread."""
    for _ in range(2):
        async with open_checkpointer(settings) as saver:
            one = await counting(saver).ainvoke({}, {"configurable": {"thread_id": "one"}})
            new = await counting(saver).ainvoke({}, {"configurable": {"thread_id": "two"}})
    assert (one["count"], new["count"]) == (2, 2)


async def test_processes_that_start_together_make_the_tables_once(settings: Settings) -> None:
    """CFG-11: a rollout of many pods neither deadlocks nor fails on the migration."""

    async def start() -> None:
        async with open_checkpointer(settings):
            pass

    await asyncio.gather(*(start() for _ in range(4)))
    async with open_checkpointer(settings) as saver:
        assert await saver.aget({"configurable": {"thread_id": "none"}}) is None


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
    lost = replace(settings, secrets=replace(settings.secrets, database_url=url))
    with pytest.raises(StoreError, match="DATABASE_URL") as refused:
        async with open_checkpointer(lost):
            pass
    assert "127.0.0.1" in str(refused.value)
    assert "hunter2" not in str(refused.value)
