"""The runs in the SQLite file of the checkpoints, over the same connection."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from runtime.execution.database import Row, Session, Values, contains
from runtime.execution.schema import MIGRATIONS, VERSIONS, in_words
from runtime.execution.words import SQLITE
from runtime.persistence.sqlite_file import SqliteFile, Unit
from runtime.store.words import SQLITE_FUNCTIONS, SQLITE_ITEMS

T = TypeVar("T")

_WORDS = {"{serial}": "INTEGER PRIMARY KEY AUTOINCREMENT", "{binary}": "BINARY"}


class _UnitSession:
    """The transaction of a unit, in the file's thread: it answers without ever waiting."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection."""
        self._connection = connection

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement after what a run wrote."""
        return _rows(self._connection, statement, values, kept)


class _AloneSession:
    """A transaction that a task of the event loop leads, statement by statement."""

    def __init__(self, run: Callable[[Unit[Any]], Any]) -> None:
        """Take what runs a unit in the file's thread."""
        self._run = run

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement after what a run wrote."""
        found: list[Row] = await self._run(lambda each: _rows(each, statement, values, kept))
        return found


class SqliteDatabase:
    """One transaction at a time, each of which takes the file's write lock at its begin."""

    now = "((julianday('now') - 2440587.5) * 86400.0)"
    skip_locked = ""
    for_update = ""
    words = SQLITE
    items = SQLITE_ITEMS
    joins_writes = False  # it has no WITH that writes, and no round trips either
    transient: tuple[type[Exception], ...] = (sqlite3.OperationalError,)
    conflict: tuple[type[Exception], ...] = (sqlite3.IntegrityError,)
    unreadable: tuple[type[Exception], ...] = ()  # its conditions are ours, and know what to say

    def __init__(self, file: SqliteFile) -> None:
        """Take the file."""
        self._file = file

    def is_lost(self, error: Exception) -> bool:
        """Tell whether a connection was lost: a file has none to lose."""
        del error
        return False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Begin a transaction; it is undone where the block raises."""
        async with self._file.alone() as run:
            yield _AloneSession(run)

    async def run(self, body: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run a transaction; it is committed with what else waits, undone alone where it raises."""
        return await self._file.run(lambda connection: _driven(body(_UnitSession(connection))))

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement as a transaction of its own."""
        return await self.run(lambda session: session.rows(statement, values, kept))

    def containing(self, column: str, name: str) -> str:
        """Return a condition: the JSON in a column contains that of a named value."""
        return f"json_contains({column}, :{name})"


async def open_sqlite_runs(file: SqliteFile) -> SqliteDatabase:
    """Return the database of the checkpoints' file, its tables made."""
    await file.outside(_define)
    database = SqliteDatabase(file)
    await database.run(_migrate)
    return database


def _define(connection: sqlite3.Connection) -> None:
    for name, arguments, called in (("json_contains", 2, contains), *SQLITE_FUNCTIONS):
        connection.create_function(name, arguments, called, deterministic=True)


def _rows(
    connection: sqlite3.Connection,
    statement: str,
    values: Values,
    kept: Sequence[Callable[[], object]] = (),
) -> list[Row]:
    for put in kept:
        put()
    cursor = connection.execute(statement, dict(values))
    names = [each[0] for each in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _driven(body: Coroutine[Any, Any, T]) -> T:
    """Run a body to its end: its session answers at once, and it may wait for nothing else."""
    try:
        body.send(None)
    except StopIteration as ended:
        given: T = ended.value
        return given
    body.close()
    raise RuntimeError("a transaction waited for something other than its session")


async def _migrate(session: Session) -> None:
    await session.rows(VERSIONS, {})
    (row,) = await session.rows("SELECT count(*) AS made FROM run_migrations", {})
    for number, statement in enumerate(MIGRATIONS[row["made"] :], row["made"]):
        await session.rows(in_words(statement, _WORDS), {})
        await session.rows("INSERT INTO run_migrations (v) VALUES (:v)", {"v": number})
