"""Makes the tables of the checkpoints, and moves them on: one process at a time."""

import asyncio

import stamina
import structlog
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from pydantic import SecretStr

from profiles.service import Store
from runtime.errors import StoreError
from runtime.execution.schema import MIGRATIONS, VERSIONS, in_words

LOCK = 0x706C_756D_626C_696E
"""Key of the advisory lock that one process at a time holds while it makes the tables."""

_LOCK_POLL_SECONDS = 0.2
"""Pause between two tries for that lock, in seconds."""

_CONNECT_POLL_SECONDS = 0.5
"""Pause between two looks for a server that does not answer yet, in seconds."""

_NEWEST = len(AsyncPostgresSaver.MIGRATIONS) - 1
"""Number of the last migration that this version of LangGraph has."""

_NEWEST_RUNS = len(MIGRATIONS) - 1
"""The same of the tables of the runs."""

_WORDS = {
    "{serial}": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "{binary}": '"C"',
}

_log = structlog.get_logger(__name__)

Connection = AsyncConnection[DictRow]


async def migrate(url: SecretStr, direct: SecretStr | None, store: Store) -> None:
    """Bring the tables to this version's state; nothing is locked where they are there already.

    `direct` is the server behind a transaction pooler, which keeps no lock of a session: it is
    asked only while something is to be done. Raises psycopg.OperationalError, and StoreError when
    its time is over.
    """
    try:
        async with asyncio.timeout(store.migration_seconds):
            await _bring_up(url, direct, store)
    except TimeoutError:
        raise StoreError(
            f"the tables were not ready within {store.migration_seconds} s: another process holds "
            "them, or an index is large; raise database.migration_seconds and the start-up probe"
        ) from None


async def _bring_up(url: SecretStr, direct: SecretStr | None, store: Store) -> None:
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
    """Return a connection; a server that starts beside this process is waited for.

    Raises psycopg.OperationalError once the time is over, or a server that answers refuses.
    """
    tries = stamina.retry_context(
        on=_may_come,
        attempts=None,
        timeout=timeout_seconds,
        wait_initial=_CONNECT_POLL_SECONDS,
        wait_max=_CONNECT_POLL_SECONDS,
        wait_jitter=0.0,
    )
    async for attempt in tries:
        with attempt:
            return await AsyncConnection.connect(
                url.get_secret_value(),
                autocommit=True,
                row_factory=dict_row,
                prepare_threshold=None,
                connect_timeout=timeout_seconds,
            )
    raise AssertionError("the last attempt returns or raises")


def _may_come(error: Exception) -> bool:
    """Tell whether nobody answered yet, or a server that only starts.

    libpq gives no code for a connection that was not made; a server's refusal begins so.
    """
    if not isinstance(error, OperationalError):
        return False
    return "FATAL" not in str(error) or "starting up" in str(error)


async def _is_current(connection: Connection) -> bool:
    checkpoints = await _newest(connection, "checkpoint_migrations")
    return checkpoints >= _NEWEST and await _newest(connection, "run_migrations") >= _NEWEST_RUNS


async def _newest(connection: Connection, versions: str) -> int:
    """Return the number of the last migration that a table names; -1 without one."""
    cursor = await connection.execute("SELECT to_regclass(%s) AS known", (versions,))
    row = await cursor.fetchone()
    if row is None or row["known"] is None:
        return -1
    cursor = await connection.execute(f"SELECT max(v) AS newest FROM {versions}".encode())  # noqa: S608  # ours
    row = await cursor.fetchone()
    return -1 if row is None or row["newest"] is None else int(row["newest"])


async def _make_runs(connection: Connection) -> None:
    await connection.execute(VERSIONS.encode())
    made = await _newest(connection, "run_migrations") + 1
    for number, statement in enumerate(MIGRATIONS[made:], made):
        async with connection.transaction():
            await connection.execute(in_words(statement, _WORDS).encode())
            await connection.execute("INSERT INTO run_migrations (v) VALUES (%s)", (number,))


async def _migrate(connection: Connection, *, is_own: bool) -> None:
    """Run the migrations; `is_own` says that the session is not shared behind a pooler."""
    await _lock(connection)
    if is_own:
        # An index of a large table takes longer than a statement may; lock_timeout bounds waits.
        await connection.execute("SET statement_timeout = 0")
    await AsyncPostgresSaver(connection).setup()
    await _make_runs(connection)
    await connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


async def _lock(connection: Connection) -> None:
    """Take the lock by asking again and again.

    Waiting inside one statement would hold a snapshot, and the holder's CREATE INDEX CONCURRENTLY
    waits for every snapshot: the two would wait for each other.
    """
    while True:
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s) AS taken", (LOCK,))
        row = await cursor.fetchone()
        if row is not None and row["taken"]:
            return
        _log.info("migration_lock_busy")
        await asyncio.sleep(_LOCK_POLL_SECONDS)
