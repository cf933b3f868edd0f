"""A run's way into the table: it waits, or begins at once where nobody waits before it."""

import json

from runtime.execution.backlog import DUE, FREE
from runtime.execution.database import Database, Row, Session, Values, worded
from runtime.execution.room import IS_ROOM
from runtime.execution.row import COLUMNS
from runtime.execution.run import Json, NewRun, Offer
from runtime.execution.threads import INSERT, UNMOVED

_BEGINS = f"""
    CAST(:holder AS TEXT) IS NOT NULL AND :after = 0
    AND NOT EXISTS (
        SELECT 1 FROM runs AS wanted WHERE wanted.status = 'pending' AND {DUE} AND {FREE})
    AND NOT EXISTS (
        SELECT 1 FROM threads WHERE threads.thread_id = :thread_id AND NOT ({UNMOVED}))
"""  # noqa: S608  # our own words

_ENTER = f"""
    INSERT INTO runs (run_id, thread_id, owner, graph, status, request, metadata, strategy,
        priority, attempts, token, holder, lease_until, started_at, cancel, created_at, updated_at,
        deadline_at, not_before, followed)
    SELECT :run_id, :thread_id, :owner, :graph,
        CASE begins WHEN 1 THEN 'running' ELSE 'pending' END,
        :request, :metadata, :strategy, :priority, begins, begins,
        CASE begins WHEN 1 THEN CAST(:holder AS TEXT) END,
        CASE begins WHEN 1 THEN moment + :lease END, CASE begins WHEN 1 THEN moment END,
        0, moment, moment, moment + :after + :timeout,
        CASE WHEN :after > 0 THEN moment + :after END, CASE WHEN EXISTS (
            SELECT 1 FROM threads WHERE threads.thread_id = :thread_id AND followed_until > moment)
            THEN 1 ELSE 0 END
    FROM (
        SELECT CASE WHEN {_BEGINS} THEN 1 ELSE 0 END AS begins, {{now}} AS moment {{source}}
    ) AS entry
    RETURNING {COLUMNS}
"""  # noqa: S608  # same

_ALONE = _ENTER.replace("{source}", "")

_WITH_THREAD = f"""
    WITH made AS ({INSERT.replace("{condition}", IS_ROOM).replace(":metadata", ":marks")})
    {_ENTER.replace("{source}", "FROM made")}
"""
"""Nothing where the queue is full or the thread is there already."""


class Entry:
    """A run that is put into the queue, and the worker that would begin it."""

    def __init__(self, database: Database, new: NewRun, offer: Offer | None) -> None:
        """Take the run; `offer` is None where no place is free in this process."""
        self._database = database
        self._new = new
        self._offer = offer

    async def enter(self, session: Session) -> Row:
        """Put the run on a thread that is there, in the transaction that holds it."""
        (row,) = await session.rows(worded(self._database, _ALONE), self._values())
        return row

    async def enter_with_thread(self, most: int, *, temporary: bool) -> Row | None:
        """Put the run and a new thread into the tables, in one statement.

        None, and nothing is done, where `most` runs wait, where the thread is there already, and
        on a database that cannot.
        """
        if not self._database.joins_writes:
            return None
        marks = json.dumps({**self._new.metadata, **marks_of(self._new)})
        values = {**self._values(), "marks": marks, "temporary": int(temporary), "most": most}
        rows = await self._database.rows(worded(self._database, _WITH_THREAD), values)
        return rows[0] if rows else None

    def _values(self) -> Values:
        new, offer = self._new, self._offer
        return {
            "run_id": new.run_id,
            "thread_id": new.thread_id,
            "owner": new.owner,
            "graph": new.graph,
            "request": json.dumps(new.request),
            "metadata": json.dumps(new.metadata),
            "strategy": new.strategy,
            "priority": new.priority,
            "timeout": float(new.timeout_seconds),
            "after": float(new.after_seconds),
            "holder": offer.holder if offer else None,
            "lease": float(offer.lease_seconds) if offer else 0.0,
        }


def marks_of(new: NewRun) -> Json:
    """Return what a run leaves in its thread's metadata."""
    return {"graph_id": new.graph, "assistant_id": new.request.get("assistant_id", new.graph)}
