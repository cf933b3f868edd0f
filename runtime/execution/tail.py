"""The runs of a thread and the changes of its state, one after another, for who listens to all."""

from dataclasses import dataclass

from runtime.errors import NotFoundError
from runtime.execution.database import Database, Row, Session, Values, worded
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import Run
from runtime.execution.threads import owned

_FOLLOW = """
    UPDATE threads SET followed_until = {now} + :seconds
    WHERE thread_id = :thread_id
    AND (followed_until IS NULL OR followed_until < {now} + :seconds / 2)
"""
"""Written once in half the time, not with every look."""

_NEXT = f"""
    SELECT {COLUMNS} FROM runs WHERE thread_id = :thread_id
    AND (started_at > :since OR (started_at = :since AND :change >= 0))
    ORDER BY started_at LIMIT 1
"""  # noqa: S608  # our own words
"""A run that began in the moment of a change began after it: none runs while one is made."""

_LAST = f"""
    SELECT {COLUMNS} FROM runs WHERE thread_id = :thread_id AND started_at IS NOT NULL
    ORDER BY started_at DESC LIMIT 1
"""  # noqa: S608  # same

_NEXT_CHANGE = """
    SELECT number, data, made_at FROM thread_changes WHERE thread_id = :thread_id
    AND (made_at > :since OR (made_at = :since AND :change >= 0 AND number > :change))
    ORDER BY made_at, number LIMIT 1
"""

_CHANGE = """
    SELECT number, data, made_at FROM thread_changes
    WHERE thread_id = :thread_id AND number = :change
"""

_NOW = "SELECT {now} AS now"


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody has heard of a thread."""

    since: float
    """When the last that they heard of began, in the database's seconds since 1970."""
    change: int = -1
    """Number of the change that it was; -1 for a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A change of a thread's state that a caller made."""

    number: int
    """Place among the changes of all threads."""
    data: str
    """JSON of what listeners are told."""
    made_at: float
    """When it was made, in the database's seconds since 1970."""


class Tail:
    """Looks for the next run that has begun, and the next change."""

    def __init__(self, database: Database, *, keep_seconds: float, changes: bool) -> None:
        """Take the database, how long after a look runs and changes still keep what they tell.

        `changes` says whether anybody wants to hear of them.
        """
        self._database = database
        self._keep_seconds = keep_seconds
        self._changes = changes

    async def now(self, owner: str, thread_id: str) -> tuple[Run | None, float]:
        """Return the run that began last, and the time; NotFoundError where there is no thread."""
        async with self._database.transaction() as session:
            await self._listen(session, owner, thread_id)
            rows = await self._rows(session, _LAST, {"thread_id": thread_id})
            (clock,) = await self._rows(session, _NOW, {})
        return (run_of(rows[0]) if rows else None), clock["now"]

    async def next(self, owner: str, thread_id: str, past: Past) -> Run | StateChange | None:
        """Return the first run or change after a moment; NotFoundError as `now`."""
        values = {"thread_id": thread_id, "since": past.since, "change": past.change}
        async with self._database.transaction() as session:
            await self._listen(session, owner, thread_id)
            runs = await self._rows(session, _NEXT, values)
            changes = await self._rows(session, _NEXT_CHANGE, values) if self._changes else []
        run = run_of(runs[0]) if runs else None
        change = _change_of(changes[0]) if changes else None
        if run is None or change is None:
            return run or change
        return change if change.made_at <= (run.started_at or 0.0) else run

    async def change(self, thread_id: str, number: int) -> StateChange:
        """Return a change; NotFoundError where the thread has none such."""
        values = {"thread_id": thread_id, "change": number}
        rows = await self._rows(self._database, _CHANGE, values)
        if not rows:
            raise NotFoundError(f"there is no change {number} of thread {thread_id}")
        return _change_of(rows[0])

    async def _listen(self, session: Session, owner: str, thread_id: str) -> None:
        await owned(session, owner, thread_id)
        values = {"thread_id": thread_id, "seconds": self._keep_seconds}
        await self._rows(session, _FOLLOW, values)

    async def _rows(self, session: Session, statement: str, values: Values) -> list[Row]:
        return list(await session.rows(worded(self._database, statement), values))


def _change_of(row: Row) -> StateChange:
    return StateChange(number=row["number"], data=row["data"], made_at=row["made_at"])
