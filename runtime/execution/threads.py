"""The `threads` table: whose a thread is, and what it waits for."""

import json
from uuid import uuid4

from runtime.errors import ExistsError, NotFoundError, ThreadBusyError
from runtime.execution.database import Database, Row, Session, worded
from runtime.execution.run import Json, Page, Thread
from runtime.execution.thread_page import BUSY, STATUS, rows_of
from runtime.execution.thread_row import thread_of
from runtime.execution.ttl import Ttl

UNMOVED = f"NOT {BUSY} AND COALESCE(threads.held_until, 0) <= {{now}}"
"""Condition of a thread that nobody moves: no run, and no caller who holds it."""

_COLUMNS = (
    f"thread_id, owner, metadata, {STATUS} AS status, temporary, ttl_seconds, ttl_strategy, "
    "expires_at, created_at, updated_at"
)

_INSERT = """
    INSERT INTO threads (thread_id, owner, metadata, status, temporary, created_at, updated_at)
    VALUES (:thread_id, :owner, :metadata, 'idle', :temporary, {now}, {now})
    ON CONFLICT (thread_id) DO NOTHING RETURNING thread_id
"""
"""Makes a thread where there is none of that name."""

_EXPIRE = """
    UPDATE threads SET ttl_seconds = :ttl, ttl_strategy = :strategy, expires_at = {now} + :ttl
    WHERE thread_id = :thread_id AND owner = :owner
"""

_ONE = f"SELECT {_COLUMNS} FROM threads WHERE thread_id = :thread_id AND owner = :owner"  # noqa: S608  # ours

_MOVED_BY = """
    SELECT thread_id FROM runs WHERE thread_id = :thread_id AND status = 'running'
    UNION ALL SELECT thread_id FROM threads WHERE thread_id = :thread_id AND held_until > {now}
"""

LOCK = "SELECT thread_id FROM threads WHERE thread_id = :thread_id {for_update}"
"""Holds a thread's row until the transaction is over."""

SORTS = ("created_at", "updated_at", "thread_id", "status")
"""Columns that a listing may be ordered by."""


class Threads:
    """Makes, finds and removes threads, each for its owner alone."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def create(
        self,
        owner: str,
        *,
        thread_id: str | None = None,
        metadata: Json,
        ttl: Ttl | None = None,
        keep: bool = False,
    ) -> Thread:
        """Make a thread; `keep` takes one of that name that the owner has already.

        Raises ExistsError where the name is taken.
        """
        named = thread_id or str(uuid4())
        async with self._database.transaction() as session:
            held = await _rows(session, _ONE, thread_id=named, owner=owner)
            if held and keep:
                return thread_of(held[0])
            if not held:
                await insert(self._database, session, named, owner, metadata)
                await self._expire(session, owner, named, ttl)
                held = await _rows(session, _ONE, thread_id=named, owner=owner)
                if held:
                    return thread_of(held[0])
            raise ExistsError(f"thread {named} is there already; use another thread_id")

    async def get(self, owner: str, thread_id: str) -> Thread:
        """Return a thread; NotFoundError where the owner has none of that name."""
        return await owned(self._database, owner, thread_id)

    async def find(self, thread_id: str) -> Thread | None:
        """Return a thread, whosever it is: for who decides whether it may be seen."""
        statement = f"SELECT {_COLUMNS} FROM threads WHERE thread_id = :thread_id"  # noqa: S608  # ours
        held = await _rows(self._database, statement, thread_id=thread_id)
        return thread_of(held[0]) if held else None

    async def search(self, owner: str, page: Page) -> list[Thread]:
        """Return the owner's threads that a page names."""
        column = page.sort_by if page.sort_by in SORTS else "created_at"
        direction = "ASC" if page.ascending else "DESC"
        statement = (
            f"SELECT {_COLUMNS} FROM threads WHERE {{condition}} "  # noqa: S608  # our own words
            f"ORDER BY {column} {direction}, thread_id LIMIT :limit OFFSET :offset"
        )
        return [thread_of(row) for row in await rows_of(self._database, statement, owner, page)]

    async def count(self, owner: str, page: Page) -> int:
        """Return how many threads a search would find."""
        statement = "SELECT count(*) AS found FROM threads WHERE {condition}"
        (row,) = await rows_of(self._database, statement, owner, page)
        return int(row["found"])

    async def update(
        self, owner: str, thread_id: str, metadata: Json, ttl: Ttl | None = None
    ) -> Thread:
        """Lay metadata over a thread's own and return it; NotFoundError as `get`.

        A `ttl` begins anew; None leaves what there is.
        """
        async with self._database.transaction() as session:
            thread = await owned(session, owner, thread_id, self._database.for_update)
            merged = {**thread.metadata, **metadata}
            statement = worded(
                self._database,
                "UPDATE threads SET metadata = :metadata, updated_at = {now} "
                "WHERE thread_id = :thread_id",
            )
            await _rows(session, statement, metadata=json.dumps(merged), thread_id=thread_id)
            await self._expire(session, owner, thread_id, ttl)
            return await owned(session, owner, thread_id)

    async def delete(self, owner: str, thread_id: str) -> None:
        """Remove a thread with its runs; ThreadBusyError while one runs, else as `get`."""
        async with self._database.transaction() as session:
            await owned(session, owner, thread_id, self._database.for_update)
            moved = worded(self._database, _MOVED_BY)
            if await _rows(session, moved, thread_id=thread_id):
                raise ThreadBusyError("a run on this thread has not ended; cancel it first")
            await _rows(
                session, "DELETE FROM threads WHERE thread_id = :thread_id", thread_id=thread_id
            )

    async def removable(self, *, temporary: bool, idle_seconds: float) -> list[str]:
        """Return threads without a run under way that have not moved for a time."""
        statement = worded(
            self._database,
            f"SELECT thread_id FROM threads WHERE temporary = :temporary AND {UNMOVED} "  # noqa: S608  # same
            "AND updated_at < {now} - :idle",
        )
        values = {"temporary": int(temporary), "idle": float(idle_seconds)}
        return [row["thread_id"] for row in await self._database.rows(statement, values)]

    async def release(self, thread_id: str) -> bool:
        """Remove a thread, whosever it is, if there is one; False while a run is under way."""
        free = f"DELETE FROM threads WHERE thread_id = :thread_id AND {UNMOVED}"  # noqa: S608  # same
        gone = worded(self._database, free)
        left = "SELECT thread_id FROM threads WHERE thread_id = :thread_id"
        async with self._database.transaction() as session:
            await _rows(session, gone, thread_id=thread_id)
            return not await _rows(session, left, thread_id=thread_id)

    async def _expire(self, session: Session, owner: str, thread_id: str, ttl: Ttl | None) -> None:
        if ttl is not None:
            values = {"ttl": float(ttl.seconds), "strategy": ttl.strategy}
            expire = worded(self._database, _EXPIRE)
            await _rows(session, expire, thread_id=thread_id, owner=owner, **values)


async def insert(
    database: Database,
    session: Session,
    thread_id: str,
    owner: str,
    metadata: Json,
    *,
    temporary: bool = False,
) -> bool:
    """Make a thread within a transaction; False where there is one already, which stays."""
    made = await _rows(
        session,
        worded(database, _INSERT),
        thread_id=thread_id,
        owner=owner,
        metadata=json.dumps(metadata),
        temporary=int(temporary),
    )
    return bool(made)


async def lock(database: Database, session: Session, thread_id: str) -> None:
    """Hold a thread's row until the transaction is over: before a run's, by everybody."""
    await _rows(session, worded(database, LOCK), thread_id=thread_id)


async def owned(session: Session, owner: str, thread_id: str, lock: str = "") -> Thread:
    """Return a thread within a transaction; NotFoundError where the owner has none such."""
    found = await _rows(session, f"{_ONE} {lock}", thread_id=thread_id, owner=owner)
    if not found:
        raise NotFoundError(f"there is no thread {thread_id}; POST /threads makes one")
    return thread_of(found[0])


async def _rows(session: Session, statement: str, **values: object) -> list[Row]:
    return list(await session.rows(statement, values))
