"""What the store keeps of a thread: LangGraph's own tables, changed with the runs' in one go."""

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.execution.database import Database, Row, Session, worded
from runtime.execution.request import checkpoint_of
from runtime.execution.run import Run

_ORIGINS = """
    INSERT INTO run_origins (run_id, checkpoint_ns, checkpoint_id)
    SELECT :run_id, checkpoint_ns, checkpoint_id FROM checkpoints AS last
    WHERE thread_id = :thread_id AND COALESCE({run_id}, '') <> :run_id
    AND EXISTS (SELECT 1 FROM runs WHERE run_id = :run_id AND token = :token)
    AND NOT EXISTS (SELECT 1 FROM run_origins WHERE run_id = :run_id)
    AND (checkpoint_id = :named OR NOT EXISTS (
        SELECT 1 FROM checkpoints AS newer WHERE newer.thread_id = last.thread_id
        AND newer.checkpoint_ns = last.checkpoint_ns AND newer.checkpoint_id > last.checkpoint_id))
    RETURNING checkpoint_id
"""
"""The graph's last checkpoint, each subgraph's, and the one that the run was sent to."""

_ORIGIN_WRITES = """
    INSERT INTO run_origin_writes
        (run_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, value)
    SELECT :run_id, made.checkpoint_ns, made.checkpoint_id, task_id, task_path, idx, channel, type,
        {value}
    FROM {writes} AS made JOIN run_origins AS origin ON origin.run_id = :run_id
        AND origin.checkpoint_ns = made.checkpoint_ns
        AND origin.checkpoint_id = made.checkpoint_id
    WHERE made.thread_id = :thread_id
"""

_REMOVE_RUN = "DELETE FROM checkpoints WHERE thread_id = :thread_id AND {run_id} = :run_id"

_UNDO_WRITES = """
    DELETE FROM {writes} WHERE thread_id = :thread_id AND EXISTS (
        SELECT 1 FROM run_origins AS origin WHERE origin.run_id = :run_id
        AND origin.checkpoint_ns = {writes}.checkpoint_ns
        AND origin.checkpoint_id = {writes}.checkpoint_id)
"""

_RESTORE_WRITES = """
    INSERT INTO {writes}
        (thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, {value})
    SELECT :thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, value
    FROM run_origin_writes WHERE run_id = :run_id
"""

_LOOSE_WRITES = """
    DELETE FROM {writes} WHERE thread_id = :thread_id AND NOT EXISTS (
        SELECT 1 FROM checkpoints AS kept WHERE kept.thread_id = {writes}.thread_id
        AND kept.checkpoint_ns = {writes}.checkpoint_ns
        AND kept.checkpoint_id = {writes}.checkpoint_id)
"""

_LOOSE_BLOBS = """
    DELETE FROM checkpoint_blobs WHERE thread_id = :thread_id
    AND (checkpoint_ns, channel, version) NOT IN (
        SELECT checkpoint_ns, named.key, named.value FROM checkpoints
        CROSS JOIN LATERAL jsonb_each_text(checkpoint -> 'channel_versions') AS named
        WHERE thread_id = :thread_id)
"""

_COPIES = (
    """
    INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type,
        checkpoint, metadata)
    SELECT :target, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata
    FROM checkpoints WHERE thread_id = :thread_id
    """,
    """
    INSERT INTO {writes} (thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel,
        type, {value})
    SELECT :target, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, {value}
    FROM {writes} WHERE thread_id = :thread_id
    """,
)

_COPY_BLOBS = """
    INSERT INTO checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
    SELECT :target, checkpoint_ns, channel, version, type, blob
    FROM checkpoint_blobs WHERE thread_id = :thread_id
"""
"""After the checkpoints: a run under way keeps a value before the checkpoint that names it."""

_HAS_DELTAS = """
    SELECT 1 FROM checkpoints WHERE thread_id = :thread_id AND {counters} IS NOT NULL LIMIT 1
"""

_KEEP_NEWEST = (
    """
    DELETE FROM checkpoints WHERE thread_id = :thread_id AND checkpoint_id < (
        SELECT kept.checkpoint_id FROM checkpoints AS kept
        WHERE kept.thread_id = :thread_id AND kept.checkpoint_ns = checkpoints.checkpoint_ns
        ORDER BY kept.checkpoint_id DESC LIMIT 1 OFFSET :newer)
    """,
    # A subgraph's place has its task's id after a colon, unless its state outlives the call.
    """
    DELETE FROM checkpoints WHERE thread_id = :thread_id
    AND checkpoint_ns <> replace(checkpoint_ns, ':', '') AND {root} NOT IN (
        SELECT checkpoint_id FROM checkpoints AS last
        WHERE last.thread_id = :thread_id AND last.checkpoint_ns = '')
    """,
    """
    UPDATE checkpoints SET parent_checkpoint_id = NULL WHERE thread_id = :thread_id
    AND NOT EXISTS (
        SELECT 1 FROM checkpoints AS kept WHERE kept.thread_id = :thread_id
        AND kept.checkpoint_ns = checkpoints.checkpoint_ns
        AND kept.checkpoint_id = checkpoints.parent_checkpoint_id)
    """,
)

_SIZES = (
    "SELECT count(*) AS count, COALESCE(sum({size}), 0) AS bytes FROM checkpoints "
    "WHERE thread_id = :thread_id",
    "SELECT count(*) AS count, COALESCE(sum(length({value})), 0) AS bytes FROM {writes} "
    "WHERE thread_id = :thread_id",
)

_BLOB_SIZES = """
    SELECT channel, count(*) AS versions, COALESCE(sum(length(blob)), 0) AS bytes
    FROM checkpoint_blobs WHERE thread_id = :thread_id GROUP BY channel ORDER BY channel
"""

_FORGET = """
    DELETE FROM run_origins WHERE run_id IN (
        SELECT run_id FROM runs WHERE status NOT IN ('pending', 'running'))
"""


@dataclass(frozen=True, slots=True)
class Size:
    """Rows and what they take."""

    count: int
    """Rows."""
    bytes: int
    """Their bytes, as they are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a thread takes in the store."""

    checkpoints: Size
    """Checkpoints; in SQLite the values are in them."""
    writes: Size
    """What nodes gave after a checkpoint."""
    channels: Mapping[str, Size]
    """Values by channel, in Postgres."""


class Kept:
    """The checkpoints of threads, within a transaction that holds the thread's row."""

    def __init__(self, database: Database, session: Session) -> None:
        """Take the open transaction."""
        self._database = database
        self._session = session

    async def remember(self, run: Run) -> None:
        """Keep what lies at the checkpoints that a run is about to go on from; the first time only.

        Nodes' writes are kept with the checkpoint before them, which is an earlier run's.
        """
        values = {
            "run_id": run.run_id,
            "thread_id": run.thread_id,
            "token": run.token,
            "named": checkpoint_of(run.request).get("checkpoint_id", ""),
        }
        if await self._rows(_ORIGINS, **values):
            await self._rows(_ORIGIN_WRITES, run_id=run.run_id, thread_id=run.thread_id)

    async def undo(self, thread_id: str, run_id: str) -> None:
        """Make a thread what it was before a run."""
        values = {"thread_id": thread_id, "run_id": run_id}
        for statement in (_REMOVE_RUN, _UNDO_WRITES, _RESTORE_WRITES):
            await self._rows(statement, **values)
        await self._sweep(thread_id)

    async def forget(self) -> None:
        """Drop what was remembered of runs that have ended."""
        await self._rows(_FORGET)

    async def copy(self, thread_id: str, target: str) -> None:
        """Give another thread all that one holds."""
        for statement in (*_COPIES, *self._of_blobs(_COPY_BLOBS)):
            await self._rows(statement, thread_id=thread_id, target=target)

    async def keep_newest(self, thread_id: str, count: int = 1) -> bool:
        """Remove all but the last checkpoints of a graph, and of each subgraph that belongs to it.

        False, and nothing is done, where a DeltaChannel's value is made of the others.
        """
        if await self._rows(_HAS_DELTAS, thread_id=thread_id):
            return False
        for statement in _KEEP_NEWEST:
            await self._rows(statement, thread_id=thread_id, newer=count - 1)
        await self._sweep(thread_id)
        return True

    async def remove(self, thread_id: str) -> None:
        """Remove all that a thread holds."""
        await self._rows(
            "DELETE FROM checkpoints WHERE thread_id = :thread_id", thread_id=thread_id
        )
        await self._sweep(thread_id)

    async def sizes(self, thread_id: str) -> Sizes:
        """Return what a thread takes in the store."""
        checkpoints, writes = [
            (await self._rows(statement, thread_id=thread_id))[0] for statement in _SIZES
        ]
        blobs = [
            row
            for statement in self._of_blobs(_BLOB_SIZES)
            for row in await self._rows(statement, thread_id=thread_id)
        ]
        return Sizes(
            checkpoints=Size(count=int(checkpoints["count"]), bytes=int(checkpoints["bytes"])),
            writes=Size(count=int(writes["count"]), bytes=int(writes["bytes"])),
            channels={
                row["channel"]: Size(count=int(row["versions"]), bytes=int(row["bytes"]))
                for row in blobs
            },
        )

    def _of_blobs(self, statement: str) -> tuple[str, ...]:
        return (statement,) if self._database.words.has_blobs else ()

    async def _sweep(self, thread_id: str) -> None:
        """Remove what belongs to checkpoints that are gone."""
        for statement in (_LOOSE_WRITES, *self._of_blobs(_LOOSE_BLOBS)):
            await self._rows(statement, thread_id=thread_id)

    async def _rows(self, statement: str, **values: object) -> list[Row]:
        return list(await self._session.rows(worded(self._database, statement), values))
