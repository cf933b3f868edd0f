"""Opens the store of the checkpoints that the configuration names (ORC-07, CON-05)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from runtime.settings import Settings

if TYPE_CHECKING:
    from runtime.persistence.postgres import PostgresCheckpointSaver
    from runtime.persistence.sqlite import SqliteCheckpointSaver

    Checkpointer = SqliteCheckpointSaver | PostgresCheckpointSaver


class Retained(Protocol):
    """What the clean-up needs of a store."""

    async def stale_threads(self, before_id: str) -> list[str]:
        """Return the threads whose newest checkpoint is older than a checkpoint id."""

    async def adelete_thread(self, thread_id: str) -> None:
        """Remove everything that is kept of a thread."""


@asynccontextmanager
async def open_checkpointer(
    settings: Settings, on_wait: Callable[[float], None] = lambda _: None
) -> "AsyncIterator[Checkpointer]":
    """Yield the open store, its tables made; StoreError says what to do where it cannot open.

    `on_wait` is told how long each connection was waited for, in ms, where there is a pool.
    Only the driver in use is imported: the other one would cost start-up time and memory.
    """
    store = settings.config.store
    # A checkpoint is data from a database: it must not be able to name arbitrary classes.
    serde = JsonPlusSerializer(allowed_msgpack_modules=None)
    if store.mode == "sqlite":
        from runtime.persistence.sqlite import open_sqlite  # noqa: PLC0415  # one driver only

        async with open_sqlite(Path(store.sqlite_path), serde) as sqlite:
            yield sqlite
    else:
        from runtime.persistence.postgres import open_postgres  # noqa: PLC0415  # as above

        # No statement may take longer than the longest request.
        patience_seconds = settings.config.api.request_timeout_seconds
        async with open_postgres(
            settings.secrets, store, serde, on_wait, patience_seconds
        ) as postgres:
            yield postgres
