"""Making the tables, where the service's own address leads to a transaction pooler."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from runtime.errors import StoreError
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.migration import LOCK
from runtime.settings import Settings
from tests.runtime.postgres import PostgresServer
from tests.runtime.service import until

pytestmark = pytest.mark.slow

NOWHERE = SecretStr("postgresql://tester@127.0.0.1:1/postgres")
"""An address that nobody answers at."""


def pooled(settings: Settings, direct: SecretStr | None) -> Settings:
    """Return settings of a service whose own address is a pooler's."""
    store = replace(settings.config.store, mode="statefulset", prepared_statements=False)
    return replace(
        settings,
        config=replace(settings.config, store=store),
        secrets=replace(settings.secrets, database_migration_url=direct),
    )


def waiting(settings: Settings, *, seconds: int) -> Settings:
    """Return settings of a service that waits so long for a server."""
    store = settings.config.store
    pool = replace(store.pool, connect_timeout_seconds=seconds)
    return replace(settings, config=replace(settings.config, store=replace(store, pool=pool)))


async def tables(settings: Settings) -> list[str]:
    """Return the tables that are there."""
    url = settings.secrets.database_url
    assert url is not None
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    async with await psycopg.AsyncConnection.connect(url.get_secret_value()) as connection:
        return [row[0] for row in await (await connection.execute(query)).fetchall()]


async def test_tables_are_made_past_the_pooler(in_postgres: Settings) -> None:
    """A lock of a session is lost in a transaction pooler: the server itself must be reached."""
    with pytest.raises(StoreError, match="port 1 "):
        async with open_checkpointer(waiting(pooled(in_postgres, NOWHERE), seconds=1)):
            pass
    assert await tables(in_postgres) == []
    async with open_checkpointer(pooled(in_postgres, in_postgres.secrets.database_url)):
        assert "checkpoints" in await tables(in_postgres)


async def test_a_start_that_finds_the_tables_asks_the_pooler_alone(in_postgres: Settings) -> None:
    """No pod that is added under load opens a connection that the pooler does not count."""
    async with open_checkpointer(in_postgres):
        pass
    async with open_checkpointer(pooled(in_postgres, NOWHERE)) as saver:
        assert await saver.aget({"configurable": {"thread_id": "none"}}) is None


async def test_a_migration_may_take_longer_than_a_statement(in_postgres: Settings) -> None:
    """An index of a large table is not cut off: only its waits for locks are bounded."""
    url = in_postgres.secrets.database_url
    assert url is not None
    hasty = SecretStr(f"{url.get_secret_value()}?options=-c%20statement_timeout%3D1ms")
    async with open_checkpointer(pooled(in_postgres, hasty)):
        assert "checkpoint_writes" in await tables(in_postgres)


async def test_a_start_waits_for_a_migration_as_long_as_the_stack_says(
    in_postgres: Settings,
) -> None:
    """Rule 22: the time that the start-up probe is held to ends the wait, and says the way."""
    url = in_postgres.secrets.database_url
    assert url is not None
    store = replace(in_postgres.config.store, migration_seconds=1)
    hasty = replace(in_postgres, config=replace(in_postgres.config, store=store))
    async with await psycopg.AsyncConnection.connect(url.get_secret_value()) as other:
        await other.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        with pytest.raises(StoreError, match=r"within 1 s.*raise database\.migration_seconds"):
            async with open_checkpointer(hasty):
                pass
    async with open_checkpointer(hasty):  # the lock is gone, and so is the wait
        assert "checkpoints" in await tables(in_postgres)


async def test_a_server_that_starts_beside_the_service_is_waited_for(
    in_postgres: Settings, tmp_path: Path
) -> None:
    """Pods of one stack start together: no pod ends because the database is not there yet."""
    late = PostgresServer(tmp_path)
    secrets = replace(in_postgres.secrets, database_url=SecretStr(late.url))

    try:
        with capture_logs() as lines:
            opened = asyncio.create_task(_opened(replace(in_postgres, secrets=secrets)))
            await until(partial(_some, lines))
            await asyncio.to_thread(late.start)
            await opened
    finally:
        late.stop()
    assert lines[0]["event"] == "stamina.retry_scheduled"


async def _opened(settings: Settings) -> None:
    async with open_checkpointer(settings):
        pass


async def _some(lines: list[MutableMapping[str, Any]]) -> bool:
    return bool(lines)


async def test_a_server_that_refuses_is_not_waited_for(in_postgres: Settings) -> None:
    """A wrong role or password is told at once, not when the time is over."""
    url = in_postgres.secrets.database_url
    assert url is not None
    wrong = SecretStr(url.get_secret_value().replace("tester@", "nobody@"))
    secrets = replace(in_postgres.secrets, database_url=wrong)
    with capture_logs() as lines, pytest.raises(StoreError, match="nobody"):
        await _opened(replace(in_postgres, secrets=secrets))
    assert lines == []
