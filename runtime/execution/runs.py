"""The `runs` table for callers: ask for a run, look at it, cancel it."""

import json
from collections.abc import Awaitable

from runtime.errors import NotFoundError, RunEndedError, ThreadBusyError
from runtime.execution.database import Database, Row, Session, worded
from runtime.execution.entry import WITH_THREADS, Entry, marks_of
from runtime.execution.room import Room
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import (
    ON_REQUEST,
    Action,
    NewRun,
    Offer,
    Page,
    Run,
    RunState,
    Thread,
    Which,
)
from runtime.execution.threads import insert, owned
from runtime.execution.together import Together
from runtime.execution.undo import UNDO_WAITING, undo

_ONE = f"""
    SELECT {COLUMNS} FROM runs
    WHERE run_id = :run_id AND thread_id = :thread_id AND owner = :owner
"""  # noqa: S608  # same

_CANCEL_WAITING = f"""
    UPDATE runs SET status = 'interrupted', error = :error, ended_at = {{now}}, updated_at = {{now}}
    WHERE run_id = :run_id AND status = 'pending' RETURNING {COLUMNS}
"""  # noqa: S608  # same

_CANCEL_RUNNING = f"""
    UPDATE runs SET cancel = 1, undo = CASE WHEN undo = 1 THEN 1 ELSE :undo END,
        updated_at = {{now}}
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

    def __init__(self, database: Database, room: Room) -> None:
        """Take the database, and how many runs may wait in the whole service."""
        self._database = database
        self._room = room
        self._together = Together(database, WITH_THREADS) if database.joins_writes else None

    async def enqueue(
        self,
        new: NewRun,
        *,
        create_thread: bool = False,
        temporary: bool = False,
        offer: Offer | None = None,
    ) -> tuple[Run, list[Run]]:
        """Put a run into the queue; return it, and the runs that it cancels where they run.

        It runs already, held by the worker that offers to begin it, where nobody waits before it.
        Raises NotFoundError for a thread that the owner has not (unless it is to be created),
        ThreadBusyError where the strategy rejects, OverloadedError where too many wait.
        """
        self._room.check_memory(new)
        entry, makes_thread = Entry(self._database, new, offer), create_thread or temporary
        if self._together is not None and makes_thread:
            most = self._room.limit
            entering = entry.enter_with_thread(self._together, most, temporary=temporary)
            if row := await self._entered(new, entering):
                return run_of(row), []

        async def put(session: Session) -> tuple[Run, list[Run]]:
            await self._room.check(session, new)
            place = self._database, session, new.thread_id, new.owner
            if makes_thread and await insert(
                *place, {**new.metadata, **marks_of(new)}, temporary=temporary
            ):
                return run_of(await entry.enter(session)), []
            lock = self._database.for_update
            thread = await owned(session, new.owner, new.thread_id, lock)
            cancelled = await self._make_room(session, new)
            await self._mark(session, thread, new)
            return run_of(await entry.enter(session)), cancelled

        return await self._database.run(put)

    async def get(self, owner: str, thread_id: str, run_id: str) -> Run:
        """Return a run; NotFoundError where the owner has none such on the thread."""
        return await self._get(self._database, owner, thread_id, run_id)

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

    async def cancel(
        self, owner: str, thread_id: str, run_id: str, action: Action = "interrupt"
    ) -> Run:
        """End a run that waits, and ask the worker of one that runs to end it.

        An ended run stays as it is; to roll it back is a RunEndedError, for others may have gone
        on from it. Raises NotFoundError as `get`.
        """
        async with self._database.transaction() as session:
            run = await self._get(session, owner, thread_id, run_id)
            run, touched = await self._cancel(session, run, action)
            if not touched and action == "rollback":
                raise RunEndedError(f"run {run_id} has ended; only a run under way is rolled back")
            return run

    async def cancel_all(self, owner: str, which: Which, action: Action) -> list[Run]:
        """Cancel the owner's runs under way that are meant, as `cancel`; return those that were."""
        condition, values = which.condition()
        statement = f"SELECT {COLUMNS} FROM runs WHERE owner = :owner AND {condition} ORDER BY seq"  # noqa: S608  # same
        meant = await self._rows(self._database, statement, owner=owner, **values)
        cancelled = []
        for run in [run_of(row) for row in meant]:
            # Each for itself: a long list must not hold many threads at once.
            async with self._database.transaction() as session:
                cancelled.append(await self._cancel(session, run, action))
        return [run for run, touched in cancelled if touched]

    async def delete(self, owner: str, thread_id: str, run_id: str) -> None:
        """Remove a run that does not run; ThreadBusyError for one that does."""
        async with self._database.transaction() as session:
            await self._get(session, owner, thread_id, run_id)
            # In one statement: a worker may claim it in this moment.
            if not await self._rows(session, _DELETE, run_id=run_id):
                raise ThreadBusyError(f"run {run_id} has not ended; cancel it first")

    async def _entered(self, new: NewRun, entering: Awaitable[Row | None]) -> Row | None:
        """Return the row of a run that enters, also where only the word of it was lost."""
        try:
            return await entering
        except self._database.transient as error:
            if not self._database.is_lost(error):
                raise
        named = {"run_id": new.run_id, "thread_id": new.thread_id, "owner": new.owner}
        return next(iter(await self._rows(self._database, _ONE, **named)), None)

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
        action: Action = "rollback" if new.strategy == "rollback" else "interrupt"
        cancelled = [await self._cancel(session, run, action) for run in under_way]
        return [run for run, _ in cancelled if run.status is RunState.RUNNING]

    async def _mark(self, session: Session, thread: Thread, new: NewRun) -> None:
        marks = marks_of(new)
        if thread.metadata.items() >= marks.items():
            return
        metadata = json.dumps({**thread.metadata, **marks})
        await self._rows(session, _MOVED, metadata=metadata, thread_id=thread.thread_id)

    async def _get(self, session: Session, owner: str, thread_id: str, run_id: str) -> Run:
        rows = await self._rows(session, _ONE, run_id=run_id, thread_id=thread_id, owner=owner)
        if not rows:
            raise NotFoundError(f"there is no run {run_id} on thread {thread_id}")
        return run_of(rows[0])

    async def _cancel(self, session: Session, run: Run, action: Action) -> tuple[Run, bool]:
        """Cancel a run; return it, and whether it was under way."""
        if action == "rollback" and await undo(self._database, session, run, UNDO_WAITING):
            return run, True
        values = {
            "run_id": run.run_id,
            "error": json.dumps(ON_REQUEST.error),
            "undo": int(action == "rollback"),
        }
        for statement in (_CANCEL_WAITING, _CANCEL_RUNNING):
            if rows := await self._rows(session, statement, **values):
                return run_of(rows[0]), True
        return run, False

    async def _rows(self, session: Session, statement: str, **values: object) -> list[Row]:
        return list(await session.rows(worded(self._database, statement), values))
