"""The `runs` table for callers: ask for a run, look at it, cancel it."""

import json

from runtime.errors import NotFoundError, OverloadedError, ThreadBusyError
from runtime.execution.database import Database, Row, Session, worded
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import (
    CANCELLED,
    NewRun,
    Page,
    Run,
    RunState,
    Thread,
)
from runtime.execution.threads import insert, owned

_INSERT = f"""
    INSERT INTO runs (run_id, thread_id, owner, graph, status, request, metadata, strategy,
        priority, attempts, token, cancel, created_at, updated_at, deadline_at)
    VALUES (:run_id, :thread_id, :owner, :graph, 'pending', :request, :metadata, :strategy,
        :priority, 0, 0, 0, {{now}}, {{now}}, {{now}} + :timeout)
    RETURNING {COLUMNS}
"""  # noqa: S608  # our own words

_ONE = f"""
    SELECT {COLUMNS} FROM runs
    WHERE run_id = :run_id AND thread_id = :thread_id AND owner = :owner
"""  # noqa: S608  # same

_CANCEL_WAITING = f"""
    UPDATE runs SET status = 'interrupted', error = :error, ended_at = {{now}}, updated_at = {{now}}
    WHERE run_id = :run_id AND status = 'pending' RETURNING {COLUMNS}
"""  # noqa: S608  # same

_CANCEL_RUNNING = f"""
    UPDATE runs SET cancel = 1, updated_at = {{now}}
    WHERE run_id = :run_id AND status = 'running' RETURNING {COLUMNS}
"""  # noqa: S608  # same

_UNDER_WAY = f"""
    SELECT {COLUMNS} FROM runs
    WHERE thread_id = :thread_id AND status IN ('pending', 'running') ORDER BY seq
"""  # noqa: S608  # same

_MOVED = """
    UPDATE threads SET metadata = :metadata, updated_at = {now} WHERE thread_id = :thread_id
"""

_DELETE = "DELETE FROM runs WHERE run_id = :run_id AND status <> 'running' RETURNING run_id"


class Runs:
    """Asks for runs and looks at them, each for its owner alone."""

    def __init__(self, database: Database, *, queue_limit: int) -> None:
        """Take the database, and how many runs may wait in the whole service."""
        self._database = database
        self._limit = queue_limit

    async def enqueue(
        self, new: NewRun, *, create_thread: bool = False, temporary: bool = False
    ) -> tuple[Run, list[Run]]:
        """Put a run into the queue; return it, and the runs that it cancels where they run.

        Raises NotFoundError for a thread that the owner has not (unless it is to be created),
        ThreadBusyError where the strategy rejects, OverloadedError where too many wait.
        """
        async with self._database.transaction() as session:
            await self._check_room(session)
            if create_thread or temporary:
                await insert(
                    self._database, session, new.thread_id, new.owner, {}, temporary=temporary
                )
            lock = self._database.for_update
            thread = await owned(session, new.owner, new.thread_id, lock)
            cancelled = await self._make_room(session, new)
            await self._mark(session, thread, new)
            return await self._insert(session, new), cancelled

    async def get(self, owner: str, thread_id: str, run_id: str) -> Run:
        """Return a run; NotFoundError where the owner has none such on the thread."""
        async with self._database.transaction() as session:
            return await self._get(session, owner, thread_id, run_id)

    async def of_thread(self, owner: str, thread_id: str, page: Page) -> list[Run]:
        """Return the runs of a thread, the newest first; NotFoundError as above."""
        status = "AND status = :status" if page.status else ""
        statement = (
            f"SELECT {COLUMNS} FROM runs WHERE thread_id = :thread_id {status} "  # noqa: S608  # same
            "ORDER BY seq DESC LIMIT :limit OFFSET :offset"
        )
        values = {
            "thread_id": thread_id,
            "status": page.status,
            "limit": page.limit,
            "offset": page.offset,
        }
        async with self._database.transaction() as session:
            await owned(session, owner, thread_id)
            return [run_of(row) for row in await self._rows(session, statement, **values)]

    async def cancel(self, owner: str, thread_id: str, run_id: str) -> Run:
        """End a run that waits, and ask the worker of one that runs to end it.

        An ended run stays as it is. Raises NotFoundError as `get`.
        """
        async with self._database.transaction() as session:
            run = await self._get(session, owner, thread_id, run_id)
            return await self._cancel(session, run)

    async def delete(self, owner: str, thread_id: str, run_id: str) -> None:
        """Remove a run that does not run; ThreadBusyError for one that does."""
        async with self._database.transaction() as session:
            await self._get(session, owner, thread_id, run_id)
            # In one statement: a worker may claim it in this moment.
            if not await self._rows(session, _DELETE, run_id=run_id):
                raise ThreadBusyError(f"run {run_id} has not ended; cancel it first")

    async def _check_room(self, session: Session) -> None:
        statement = "SELECT count(*) AS n FROM runs WHERE status = 'pending'"
        (row,) = await self._rows(session, statement)
        if row["n"] >= self._limit:
            raise OverloadedError(
                f"{row['n']} runs wait, as many as execution.queue_limit allows; Retry-After says "
                "when to come again",
            )

    async def _make_room(self, session: Session, new: NewRun) -> list[Run]:
        if new.strategy == "enqueue":
            return []
        rows = await self._rows(session, _UNDER_WAY, thread_id=new.thread_id)
        under_way = [run_of(row) for row in rows]
        if new.strategy == "reject":
            if under_way:
                raise ThreadBusyError(
                    f"run {under_way[0].run_id} on this thread has not ended; wait for it, or use "
                    "another multitask_strategy"
                )
            return []
        cancelled = [await self._cancel(session, run) for run in under_way]
        return [run for run in cancelled if run.status is RunState.RUNNING]

    async def _mark(self, session: Session, thread: Thread, new: NewRun) -> None:
        marks = {"graph_id": new.graph, "assistant_id": new.request.get("assistant_id", new.graph)}
        if thread.metadata.items() >= marks.items():
            return
        metadata = json.dumps({**thread.metadata, **marks})
        await self._rows(session, _MOVED, metadata=metadata, thread_id=thread.thread_id)

    async def _insert(self, session: Session, new: NewRun) -> Run:
        (row,) = await self._rows(
            session,
            _INSERT,
            run_id=new.run_id,
            thread_id=new.thread_id,
            owner=new.owner,
            graph=new.graph,
            request=json.dumps(new.request),
            metadata=json.dumps(new.metadata),
            strategy=new.strategy,
            priority=new.priority,
            timeout=new.timeout_seconds,
        )
        return run_of(row)

    async def _get(self, session: Session, owner: str, thread_id: str, run_id: str) -> Run:
        rows = await self._rows(session, _ONE, run_id=run_id, thread_id=thread_id, owner=owner)
        if not rows:
            raise NotFoundError(f"there is no run {run_id} on thread {thread_id}")
        return run_of(rows[0])

    async def _cancel(self, session: Session, run: Run) -> Run:
        reason = json.dumps({"error": CANCELLED, "message": "on request"})
        for statement in (_CANCEL_WAITING, _CANCEL_RUNNING):
            rows = await self._rows(session, statement, run_id=run.run_id, error=reason)
            if rows:
                return run_of(rows[0])
        return run

    async def _rows(self, session: Session, statement: str, **values: object) -> list[Row]:
        return list(await session.rows(worded(self._database, statement), values))
