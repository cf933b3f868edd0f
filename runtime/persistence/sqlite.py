"""Checkpoints in one SQLite file, for a service of one process."""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite import SqliteSaver

from runtime.errors import StoreError
from runtime.persistence.damage import readable
from runtime.persistence.fence import fenced, is_empty, keep_given, keep_step, lease_check
from runtime.persistence.sqlite_file import SqliteFile

T = TypeVar("T")

_BUSY_TIMEOUT_MS = 5000
"""Time to wait for another process's write, in ms: the sqlite3 module's own default."""

_STALE = """
    SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < ?
"""


class SqliteCheckpointSaver(SqliteSaver):
    """LangGraph's statements, run in the file's thread and committed with what else waits.

    It is asynchronous alone, as LangGraph's own asynchronous saver is at heart.
    """

    def __init__(self, file: SqliteFile, *, serde: SerializerProtocol) -> None:
        """Take the open file, which the runs share."""
        super().__init__(file.connection, serde=serde)
        self.file = file

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:  # noqa: ARG002  # theirs
        """Give a cursor of the unit that runs; the file commits."""
        cursor = self.conn.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint; LeaseLostError where the run may be another worker's."""
        put = partial(super().put, config, checkpoint, metadata, new_versions)
        place = {key: config["configurable"][key] for key in ("thread_id", "checkpoint_ns")}
        await keep_step(_checked(put), self._keep, place, checkpoint)
        return {"configurable": {**place, "checkpoint_id": checkpoint["id"]}}

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Keep what a node gave; LeaseLostError as above."""
        put = partial(super().put_writes, config, writes, task_id, task_path)
        await keep_given(_checked(put), self._keep, task_path)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint, the newest where none is named; DamagedError for a damaged one."""
        if await is_empty(config):
            return None
        return await readable(config, self._unit(partial(super().get_tuple, config)))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  # theirs
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield checkpoints, the newest first."""
        found = partial(super().list, config, filter=filter, before=before, limit=limit)
        for each in await self._unit(lambda: [*found()]):
            yield each

    async def adelete_thread(self, thread_id: str) -> None:
        """Remove everything that is kept of a thread."""
        await self._unit(partial(super().delete_thread, thread_id))

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """Return what channels that keep differences are made of."""
        history = partial(super().get_delta_channel_history, config=config, channels=channels)
        return await self._unit(history)

    async def stale_threads(self, before_id: str) -> list[str]:
        """Return the threads whose newest checkpoint is older than a checkpoint id."""
        return await self._unit(lambda: [row[0] for row in self.conn.execute(_STALE, (before_id,))])

    async def _keep(self, puts: Sequence[Callable[[], Any]]) -> None:
        with fenced():
            await self._unit(lambda: [put() for put in puts])

    async def _unit(self, call: Callable[[], T]) -> T:
        return await self.file.run(lambda _: call())


def _checked(put: Callable[[], T]) -> Callable[[], T]:
    """Return what asks for the lease again before it writes: it may have waited for long."""
    check = lease_check()

    def checked() -> T:
        check()
        return put()

    return checked


@asynccontextmanager
async def open_sqlite(
    path: Path, serde: SerializerProtocol
) -> AsyncIterator[SqliteCheckpointSaver]:
    """Yield a saver on the file, made with its folder where it is missing.

    WAL with synchronous NORMAL halves the cost of a run; a power cut may lose the last commits
    but never corrupts the file. Raises StoreError where the file cannot be opened or written.
    """
    file = SqliteFile(connect(path))
    try:
        saver = SqliteCheckpointSaver(file, serde=serde)
        await _prepare(saver, path)
        yield saver
    finally:
        await file.close()


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file, made with its folder where it is missing; or StoreError.

    No statement begins a transaction by itself. Its thread may change.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(
            path,
            timeout=_BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


async def _prepare(saver: SqliteCheckpointSaver, path: Path) -> None:
    try:
        await saver.file.outside(_set)
        await saver.file.outside(lambda _: saver.setup())
    except sqlite3.Error as error:
        raise unusable(path, error) from error


def _set(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def unusable(path: Path, error: Exception) -> StoreError:
    """Return the error of a file that cannot be used, with what to do."""
    fix = f"give user {os.getuid()} write access to its folder"
    message = f"cannot keep checkpoints in {path} ({error}); {fix}"
    return StoreError(f"{message}, or name another file with ORCHESTRATOR_CHECKPOINT_DB")
