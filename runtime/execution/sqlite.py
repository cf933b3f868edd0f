"""The runs in the SQLite file of the checkpoints, over a connection of their own."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from runtime.execution.database import Row, Session, Values, contains
from runtime.execution.schema import MIGRATIONS, VERSIONS
from runtime.execution.words import SQLITE
from runtime.persistence.sqlite import connect, unusable

_SERIAL = "INTEGER PRIMARY KEY AUTOINCREMENT"


class SqliteDatabase:
    """One transaction at a time, each of which takes the file's write lock at its begin."""

    now = "((julianday('now') - 2440587.5) * 86400.0)"
    skip_locked = ""
    for_update = ""
    words = SQLITE
    transient: tuple[type[Exception], ...] = (sqlite3.OperationalError,)
    conflict: tuple[type[Exception], ...] = (sqlite3.IntegrityError,)

    def __init__(self, connection: aiosqlite.Connection) -> None:
        """Take a connection that begins no transaction by itself."""
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Begin a transaction; it is undone where the block raises."""
        async with self._turn:
            try:
                # Inside: who is cancelled while this waits leaves a transaction that begins later.
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self
                await asyncio.shield(self._connection.commit())
            except BaseException:
                await asyncio.shield(self._connection.rollback())
                raise

    async def rows(self, statement: str, values: Values) -> Sequence[Row]:
        """Run a statement of the open transaction."""
        found = await self._connection.execute_fetchall(statement, dict(values))
        return [dict(row) for row in found]

    def containing(self, column: str, name: str) -> str:
        """Return a condition: the JSON in a column contains that of a named value."""
        return f"json_contains({column}, :{name})"


@asynccontextmanager
async def open_sqlite_runs(path: Path) -> AsyncIterator[SqliteDatabase]:
    """Yield the database, its tables made; StoreError where the file cannot be used."""
    connection = await connect(path, own_transactions=True)
    try:
        database = SqliteDatabase(connection)
        await _prepare(connection, database, path)
        yield database
    finally:
        await connection.close()


async def _prepare(connection: aiosqlite.Connection, database: SqliteDatabase, path: Path) -> None:
    try:
        connection.row_factory = sqlite3.Row
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=NORMAL")
        await connection.execute("PRAGMA foreign_keys=ON")
        await connection.create_function("json_contains", 2, contains, deterministic=True)
        async with database.transaction() as session:
            await _migrate(session)
    except sqlite3.Error as error:
        raise unusable(path, error) from error


async def _migrate(session: Session) -> None:
    await session.rows(VERSIONS, {})
    (row,) = await session.rows("SELECT count(*) AS made FROM run_migrations", {})
    for number, statement in enumerate(MIGRATIONS[row["made"] :], row["made"]):
        await session.rows(statement.replace("{serial}", _SERIAL), {})
        await session.rows("INSERT INTO run_migrations (v) VALUES (:v)", {"v": number})
