"""One SQLite file, one connection, one thread: what many tasks write at a time is one commit."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from runtime.persistence.group import Group, Waiting

T = TypeVar("T")

Unit = Callable[[sqlite3.Connection], T]
"""Statements that belong together; they run in the file's thread and commit nothing themselves."""

_FULL = "SQLITE_FULL"
"""Name of the error of a full disk."""

_MOST = 256
"""Units of one commit: more would make the first of them wait for no gain."""


class SqliteFile:
    """Runs units one after the other, and commits together those that wait at the same time.

    A file has one writer, and each commit costs it as much as several statements do. Nobody is
    told of a write before the commit that holds it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection that begins no transaction by itself; the file's thread uses it."""
        self.connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._closed = False
        self._turn = asyncio.Lock()
        self._group: Group[Unit[Any]] = Group(self._commit_all, most=_MOST)

    async def run(self, unit: Unit[T]) -> T:
        """Run a unit and commit it; return what it gives, raise what it raises.

        Raises sqlite3.Error where the commit fails; then nothing of it was kept.
        """
        given: T = await self._group.add(unit)
        return given

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Callable[[Unit[Any]], Any]]:
        """Begin a transaction of the block's own; it is undone where the block raises.

        Yields what runs a unit inside it. Nobody else writes meanwhile: `run` is for what can be.
        """
        async with self._turn:
            try:
                # Inside: who is cancelled while this waits leaves a transaction that begins later.
                await self._in_thread(_begin)
                yield self._in_thread
                await asyncio.shield(self._in_thread(sqlite3.Connection.commit))
            except BaseException:
                await asyncio.shield(self._in_thread(sqlite3.Connection.rollback))
                raise

    async def outside(self, unit: Unit[T]) -> T:
        """Run what no transaction may hold: a PRAGMA, a script."""
        async with self._turn:
            return await self._in_thread(unit)

    async def close(self) -> None:
        """End what is under way and close the file, unless that was done."""
        if not self._closed:
            await self.outside(sqlite3.Connection.close)
            self._closed = True
            self._thread.shutdown()

    async def _commit_all(self, batch: Sequence[Waiting[Unit[Any]]]) -> None:
        async with self._turn:
            try:
                await self._in_thread(partial(_commit, batch))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != _FULL or len(batch) == 1:
                    raise
                # Nothing of it was kept. Those that only read need no room.
                for each in batch:
                    await self._commit_alone(each)

    async def _commit_alone(self, waiting: Waiting[Unit[Any]]) -> None:
        waiting.error = None
        try:
            await self._in_thread(partial(_commit, [waiting]))
        except sqlite3.Error as error:
            waiting.error = error

    def _in_thread(self, unit: Unit[T]) -> asyncio.Future[T]:
        if self._closed:
            raise sqlite3.ProgrammingError("the file is closed")
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, unit, self.connection)


def _commit(batch: Sequence[Waiting[Unit[Any]]], connection: sqlite3.Connection) -> None:
    """Run a batch in one transaction; each unit that raises is undone alone."""
    try:
        _begin(connection)
        for each in batch:
            _attempt(connection, each)
        connection.commit()
    except Exception:
        if connection.in_transaction:
            connection.rollback()
        raise


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _attempt(connection: sqlite3.Connection, waiting: Waiting[Unit[Any]]) -> None:
    connection.execute("SAVEPOINT unit")
    try:
        waiting.given = waiting.item(connection)
    except Exception as error:  # whatever it is, it is for the one who waits
        if not connection.in_transaction:
            raise  # a full disk ends the whole transaction, with what the others wrote
        connection.execute("ROLLBACK TO unit")
        waiting.error = error
    connection.execute("RELEASE unit")
