"""The runs of a thread, one after another, for somebody who listens to all of it."""

from runtime.execution.database import Database, worded
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
    SELECT {COLUMNS} FROM runs WHERE thread_id = :thread_id AND started_at > :since
    ORDER BY started_at LIMIT 1
"""  # noqa: S608  # our own words

_LAST = f"""
    SELECT {COLUMNS} FROM runs WHERE thread_id = :thread_id AND started_at IS NOT NULL
    ORDER BY started_at DESC LIMIT 1
"""  # noqa: S608  # same


class Tail:
    """Looks for the next run that has begun."""

    def __init__(self, database: Database, *, keep_seconds: float) -> None:
        """Take the database, and how long after a look runs still keep what they tell."""
        self._database = database
        self._keep_seconds = keep_seconds

    async def last(self, owner: str, thread_id: str) -> Run | None:
        """Return the run that began last; NotFoundError where the owner has no such thread."""
        return await self._look(owner, thread_id, _LAST, 0.0)

    async def next(self, owner: str, thread_id: str, since: float) -> Run | None:
        """Return the first run that began after a time; NotFoundError as `last`."""
        return await self._look(owner, thread_id, _NEXT, since)

    async def _look(self, owner: str, thread_id: str, statement: str, since: float) -> Run | None:
        values = {"thread_id": thread_id, "since": since, "seconds": self._keep_seconds}
        async with self._database.transaction() as session:
            await owned(session, owner, thread_id)
            await session.rows(worded(self._database, _FOLLOW), values)
            rows = await session.rows(worded(self._database, statement), values)
        return run_of(rows[0]) if rows else None
