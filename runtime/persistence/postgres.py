"""Checkpoints in Postgres, for any number of processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import SecretStr

from profiles.service import Store
from runtime.errors import StoreError
from runtime.persistence.fence import Fenced
from runtime.persistence.migration import migrate
from runtime.persistence.patience import PatientConnection
from runtime.security.secret import Secrets

_STALE = """
    SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < %s
"""

Connection = PatientConnection


class Pool(AsyncConnectionPool[Connection]):
    """A pool that tells how long each connection was waited for."""

    on_wait: Callable[[float], None] = staticmethod(lambda _: None)
    """Told the wait, in ms."""

    async def getconn(self, timeout: float | None = None) -> Connection:  # noqa: ASYNC109  # theirs
        """Take a connection out of the pool."""
        started = time.perf_counter()
        connection = await super().getconn(timeout)
        self.on_wait((time.perf_counter() - started) * 1000)
        return connection


class PostgresCheckpointSaver(Fenced, AsyncPostgresSaver):
    """LangGraph's saver on a pool, which also knows what is old."""

    def __init__(self, pool: Pool, serde: SerializerProtocol, *, pipeline: bool = True) -> None:
        """Let as many queries run as the pool has connections.

        The saver's own lock lets one through at a time, which a single connection needs and a
        pool does not: it costs up to four fifths of the throughput (langgraph issue 7259).
        Without a pipeline, writes that belong together are one transaction instead.
        """
        super().__init__(pool, serde=serde)  # type: ignore[arg-type]  # a connection of its kind
        self.supports_pipeline = pipeline and self.supports_pipeline
        self.pool = pool
        slots = asyncio.Semaphore(pool.max_size)
        self.lock = slots  # type: ignore[assignment]  # used as an async context manager alone

    async def stale_threads(self, before_id: str) -> list[str]:
        """Return the threads whose newest checkpoint is older than a checkpoint id."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(_STALE, (before_id,))
            return [row["thread_id"] for row in await cursor.fetchall()]


@asynccontextmanager
async def open_postgres(
    secrets: Secrets,
    store: Store,
    serde: SerializerProtocol,
    on_wait: Callable[[float], None],
    patience_seconds: float,
) -> AsyncIterator[PostgresCheckpointSaver]:
    """Yield a saver on an open pool, its tables made by exactly one process at a time.

    No statement is waited for longer than `patience_seconds`. Raises StoreError where the server
    cannot be reached or refuses the role.
    """
    url = secrets.database_url
    if url is None:
        raise StoreError("DATABASE_URL is not set; set it to postgresql://…")
    try:
        await migrate(url, secrets.database_migration_url, store)
        async with _pool(url, store, patience_seconds) as pool:
            pool.on_wait = on_wait
            await pool.wait(timeout=store.pool.connect_timeout_seconds)
            yield PostgresCheckpointSaver(pool, serde, pipeline=store.prepared_statements)
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise StoreError(f"cannot use the database of DATABASE_URL: {error}") from error


def _pool(url: SecretStr, store: Store, patience_seconds: float) -> Pool:
    pool = store.pool

    async def configure(connection: Connection) -> None:
        connection.patience_seconds = patience_seconds

    return Pool(
        url.get_secret_value(),
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "connect_timeout": pool.connect_timeout_seconds,
            # A transaction pooler loses what a connection has prepared (PL003).
            "prepare_threshold": 0 if store.prepared_statements else None,
        },
        min_size=pool.size,
        max_size=pool.size + pool.max_overflow,
        max_lifetime=pool.recycle_seconds,
        timeout=pool.connect_timeout_seconds,
        connection_class=Connection,
        configure=configure,
        check=AsyncConnectionPool.check_connection,
        name="checkpoints",
        open=False,
    )
