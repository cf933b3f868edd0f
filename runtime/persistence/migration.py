"""Makes the tables of the checkpoints, and moves them on: one process at a time."""

import asyncio

import structlog
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from pydantic import SecretStr

from profiles.service import Store

_LOCK = 0x706C_756D_626C_696E
"""Key of the advisory lock that one process at a time holds while it makes the tables."""

_LOCK_POLL_SECONDS = 0.2
"""Pause between two tries for that lock, in seconds."""

_NEWEST = len(AsyncPostgresSaver.MIGRATIONS) - 1
"""Number of the last migration that this version of LangGraph has."""

_log = structlog.get_logger(__name__)

Connection = AsyncConnection[DictRow]


async def migrate(url: SecretStr, direct: SecretStr | None, store: Store) -> None:
    """Bring the tables to this version's state; nothing is locked where they are there already.

    `direct` is the server behind a transaction pooler, which keeps no lock of a session: it is
    asked only while something is to be done. Raises psycopg.OperationalError.
    """
    timeout_seconds = store.pool.connect_timeout_seconds
    async with await _connect(url, timeout_seconds) as connection:
        if await _is_current(connection):
            return
        if direct is None:
            await _migrate(connection, is_own=store.prepared_statements)
            return
    async with await _connect(direct, timeout_seconds) as connection:
        await _migrate(connection, is_own=True)


async def _connect(url: SecretStr, timeout_seconds: int) -> Connection:
    return await AsyncConnection.connect(
        url.get_secret_value(),
        autocommit=True,
        row_factory=dict_row,
        prepare_threshold=None,
        connect_timeout=timeout_seconds,
    )


async def _is_current(connection: Connection) -> bool:
    cursor = await connection.execute("SELECT to_regclass('checkpoint_migrations') AS known")
    row = await cursor.fetchone()
    if row is None or row["known"] is None:
        return False
    cursor = await connection.execute("SELECT max(v) AS newest FROM checkpoint_migrations")
    row = await cursor.fetchone()
    return row is not None and row["newest"] is not None and row["newest"] >= _NEWEST


async def _migrate(connection: Connection, *, is_own: bool) -> None:
    """Run the migrations; `is_own` says that the session is not shared behind a pooler."""
    await _lock(connection)
    if is_own:
        # An index of a large table takes longer than a statement may; lock_timeout bounds waits.
        await connection.execute("SET statement_timeout = 0")
    await AsyncPostgresSaver(connection).setup()
    await connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


async def _lock(connection: Connection) -> None:
    """Take the lock by asking again and again.

    Waiting inside one statement would hold a snapshot, and the holder's CREATE INDEX CONCURRENTLY
    waits for every snapshot: the two would wait for each other.
    """
    while True:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s) AS taken", (_LOCK,))
        row = await cursor.fetchone()
        if row is not None and row["taken"]:
            return
        _log.info("migration_lock_busy")
        await asyncio.sleep(_LOCK_POLL_SECONDS)
