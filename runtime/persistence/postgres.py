"""Checkpoints in Postgres, for any number of processes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg_pool import PoolTimeout

from profiles.service import Store
from runtime.errors import StoreError
from runtime.persistence.damage import readable
from runtime.persistence.fence import is_empty, keep_given, keep_step
from runtime.persistence.migration import migrate
from runtime.persistence.pool import Pool, open_pool
from runtime.persistence.repeat import Repeat
from runtime.persistence.writer import CheckpointWriter, Rows, divided
from runtime.security.secret import Secrets

_STALE = """
    SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < %s
"""


class PostgresCheckpointSaver(AsyncPostgresSaver):
    """LangGraph's saver on a pool: what many runs keep at the same time is one statement."""

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
        self._repeat = Repeat(pool.timeout)
        self._writer = CheckpointWriter(pool, self._repeat)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint, or None; asked again where the connection was lost meanwhile.

        Raises DamagedError for one that is damaged.
        """
        if await is_empty(config):
            return None
        return await readable(config, self._repeat(partial(super().aget_tuple, config)))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint; LeaseLostError where the run may be another worker's."""
        place = config["configurable"]
        thread_id, namespace = place["thread_id"], place["checkpoint_ns"]
        inline, apart = divided(checkpoint["channel_values"])
        versions = {name: new_versions[name] for name in apart if name in new_versions}
        own = {**checkpoint, "channel_values": inline}
        row = (
            thread_id,
            namespace,
            checkpoint["id"],
            place.get("checkpoint_id"),
            json.dumps(own),
            json.dumps(get_serializable_checkpoint_metadata(config, metadata)),
        )
        blobs = self._dump_blobs(thread_id, namespace, apart, versions)
        rows = Rows(checkpoints=[row], blobs=blobs)
        await keep_step(rows, self._writer.keep, place, checkpoint)
        return {
            "configurable": {
                "thread_id": thread_id,
                "checkpoint_ns": namespace,
                "checkpoint_id": checkpoint["id"],
            }
        }

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Keep what a node gave; LeaseLostError as above."""
        place = config["configurable"]
        named = place["thread_id"], place["checkpoint_ns"], place["checkpoint_id"]
        rows = self._dump_writes(*named, task_id, task_path, writes)
        # Errors, interrupts and the like replace what they said before; a result stays.
        replaces = all(name in WRITES_IDX_MAP for name, _ in writes)
        kept = Rows(replacing=rows) if replaces else Rows(writes=rows)
        await keep_given(kept, self._writer.keep, task_path)

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
        async with open_pool(url, store, patience_seconds) as pool:
            pool.on_wait = on_wait
            await pool.wait(timeout=store.pool.connect_timeout_seconds)
            yield PostgresCheckpointSaver(pool, serde, pipeline=store.prepared_statements)
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise StoreError(f"cannot use the database of DATABASE_URL: {error}") from error
