"""Checkpoints in one SQLite file, for a service of one process."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from runtime.errors import StoreError
from runtime.persistence.fence import Fenced

_BUSY_TIMEOUT_MS = 5000
"""Time to wait for another process's write, in ms: the sqlite3 module's own default."""

_STALE = """
    SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < ?
"""


class SqliteCheckpointSaver(Fenced, AsyncSqliteSaver):
    """LangGraph's saver, which also knows what is old."""

    async def stale_threads(self, before_id: str) -> list[str]:
        """Return the threads whose newest checkpoint is older than a checkpoint id."""
        async with self.lock, self.conn.execute(_STALE, (before_id,)) as cursor:
            return [row[0] for row in await cursor.fetchall()]


@asynccontextmanager
async def open_sqlite(
    path: Path, serde: SerializerProtocol
) -> AsyncIterator[SqliteCheckpointSaver]:
    """Yield a saver on the file, made with its folder where it is missing.

    WAL with synchronous NORMAL halves the cost of a run; a power cut may lose the last commits
    but never corrupts the file. Raises StoreError where the file cannot be opened or written.
    """
    connection = await connect(path)
    try:
        saver = SqliteCheckpointSaver(connection, serde=serde)
        await _prepare(saver, path)
        yield saver
    finally:
        await connection.close()


async def connect(path: Path, *, own_transactions: bool = False) -> aiosqlite.Connection:
    """Return a connection to a file, made with its folder where it is missing; or StoreError.

    With `own_transactions` no statement begins one by itself.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Tried first without aiosqlite, whose thread outlives an open that fails and then speaks
        # to an event loop that is gone.
        sqlite3.connect(path).close()
        level = None if own_transactions else "DEFERRED"
        return await aiosqlite.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000, isolation_level=level)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


async def _prepare(saver: SqliteCheckpointSaver, path: Path) -> None:
    try:
        await saver.conn.execute("PRAGMA synchronous=NORMAL")
        await saver.setup()
    except sqlite3.Error as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> StoreError:
    """Return the error of a file that cannot be used, with what to do."""
    fix = f"give user {os.getuid()} write access to its folder"
    message = f"cannot keep checkpoints in {path} ({error}); {fix}"
    return StoreError(f"{message}, or name another file with ORCHESTRATOR_CHECKPOINT_DB")
