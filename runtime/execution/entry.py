"""A run's way into the table: it waits, or begins at once where nobody waits before it."""

import json

from runtime.execution.backlog import DUE, FREE
from runtime.execution.database import Database, Row, Session, Values, worded
from runtime.execution.room import WAITING
from runtime.execution.row import COLUMNS
from runtime.execution.run import Json, NewRun, Offer
from runtime.execution.threads import UNMOVED
from runtime.execution.together import Together, given

_RUN = {
    "run_id": "TEXT",
    "thread_id": "TEXT",
    "owner": "TEXT",
    "graph": "TEXT",
    "request": "TEXT",
    "metadata": "TEXT",
    "strategy": "TEXT",
    "priority": "BIGINT",
    "timeout": "DOUBLE PRECISION",
    "after": "DOUBLE PRECISION",
    "holder": "TEXT",
    "lease": "DOUBLE PRECISION",
}
"""What is given of a run, by its type."""

_THREAD = {"marks": "TEXT", "temporary": "BIGINT", "most": "BIGINT"}
"""What is given of the thread that is made for it, and the most runs that may wait."""


_BEGINS = f"""
    given.holder IS NOT NULL AND given.after = 0
    AND NOT EXISTS (
        SELECT 1 FROM runs AS wanted WHERE wanted.status = 'pending' AND {DUE} AND {FREE})
    AND NOT EXISTS (
        SELECT 1 FROM threads WHERE threads.thread_id = given.thread_id AND NOT ({UNMOVED}))
"""  # noqa: S608  # our own words

_ENTER = f"""
    INSERT INTO runs (run_id, thread_id, owner, graph, status, request, metadata, strategy,
        priority, attempts, token, holder, lease_until, started_at, cancel, created_at, updated_at,
        deadline_at, not_before, followed)
    SELECT run_id, thread_id, owner, graph, CASE begins WHEN 1 THEN 'running' ELSE 'pending' END,
        request, metadata, strategy, priority, begins, begins, CASE begins WHEN 1 THEN holder END,
        CASE begins WHEN 1 THEN moment + lease END, CASE begins WHEN 1 THEN moment END,
        0, moment, moment, moment + after + timeout, CASE WHEN after > 0 THEN moment + after END,
        CASE WHEN EXISTS (SELECT 1 FROM threads WHERE threads.thread_id = entry.thread_id
            AND followed_until > moment) THEN 1 ELSE 0 END
    FROM (
        SELECT given.*, CASE WHEN {_BEGINS} THEN 1 ELSE 0 END AS begins, {{now}} AS moment
        FROM given {{made}}
    ) AS entry ORDER BY place
    RETURNING {COLUMNS}
"""  # noqa: S608  # same

_ALONE = f"""
    WITH given AS (
        SELECT {", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, kind in _RUN.items())},
        1 AS place)
    {_ENTER.replace("{made}", "")}
"""
"""Puts a run on a thread that is there."""

_ON_MADE = """
    JOIN made ON made.thread_id = given.thread_id WHERE NOT EXISTS (
        SELECT 1 FROM given AS former
        WHERE former.thread_id = given.thread_id AND former.place < given.place)
"""
"""Of those that name the same new thread, the first."""

WITH_THREADS = f"""
    WITH given AS (SELECT * FROM {given({**_RUN, **_THREAD})}),
    made AS (
        INSERT INTO threads
            (thread_id, owner, metadata, status, temporary, created_at, updated_at)
        SELECT thread_id, owner, marks, 'idle', temporary, {{now}}, {{now}} FROM given
        WHERE ({WAITING}) + place <= most
        ON CONFLICT (thread_id) DO NOTHING RETURNING thread_id)
    {_ENTER.replace("{made}", _ON_MADE)}
"""  # noqa: S608  # same
"""Puts runs on new threads, for `Together`: nothing where the queue is full or the thread is there
already, and of those that name the same one for all but the first.
"""


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

    async def enter_with_thread(
        self, together: Together, most: int, *, temporary: bool
    ) -> Row | None:
        """Put the run and a new thread of a name of its own into the tables, with others.

        None, and nothing is done, where `most` runs wait, or where the thread is there already.
        """
        marks = json.dumps({**self._new.metadata, **marks_of(self._new)})
        thread = {"marks": marks, "temporary": int(temporary), "most": most}
        return await together({**self._values(), **thread})

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
