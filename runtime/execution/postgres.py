"""The runs in Postgres, over the pool of the checkpoints."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from runtime.execution.database import Row, Session, Values, in_percents
from runtime.execution.words import POSTGRES
from runtime.persistence.pool import Connection, Pool
from runtime.persistence.repeat import is_lost
from runtime.persistence.writer import beside
from runtime.store.words import POSTGRES_ITEMS

T = TypeVar("T")


class PostgresSession:
    """A transaction on one connection of the pool."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self._connection = connection

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement of the transaction, and keep what a run wrote in the same."""
        whole, rest = beside(kept, in_percents(statement))
        cursor = await self._connection.execute(whole, {**values, **rest})
        # Its description would tell the same, and is made anew each time.
        found: list[DictRow] = [] if cursor.rownumber is None else await cursor.fetchall()
        return found


class PostgresDatabase:
    """As many transactions at a time as the pool has connections."""

    # Of the statement, not of the transaction: one that waited for a lock must see the time after.
    now = "(extract(epoch FROM clock_timestamp())::double precision)"
    skip_locked = "FOR UPDATE SKIP LOCKED"
    for_update = "FOR UPDATE"
    words = POSTGRES
    items = POSTGRES_ITEMS
    joins_writes = True
    transient: tuple[type[Exception], ...] = (psycopg.OperationalError, PoolTimeout)
    conflict: tuple[type[Exception], ...] = (psycopg.errors.UniqueViolation,)
    unreadable: tuple[type[Exception], ...] = (psycopg.DataError,)

    def __init__(self, pool: Pool) -> None:
        """Take the pool, whose connections commit by themselves outside a transaction."""
        self._pool = pool

    def is_lost(self, error: Exception) -> bool:
        """Tell whether a connection was lost: nobody knows what was done, and another may do."""
        return is_lost(error)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Begin a transaction; it is undone where the block raises."""
        async with self._pool.connection() as connection, connection.transaction():
            yield PostgresSession(connection)

    async def run(self, body: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run a transaction; it is undone where it raises."""
        async with self.transaction() as session:
            return await body(session)

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement as a transaction of its own: a single round trip."""
        async with self._pool.connection() as connection:
            return await PostgresSession(connection).rows(statement, values, kept)

    def containing(self, column: str, name: str) -> str:
        """Return a condition: the JSON in a column contains that of a named value."""
        return f"{column}::jsonb @> (:{name})::jsonb"
