"""What waits in the `runs` table, and which of it a free worker would take."""

from dataclasses import dataclass

from runtime.execution.database import Database, worded

DUE = "(not_before IS NULL OR not_before <= {now})"
"""Whether a run's time has come."""

FREE = f"""
    NOT EXISTS (
        SELECT 1 FROM runs AS other WHERE other.thread_id = wanted.thread_id
        AND (other.status = 'running'
             OR (other.status = 'pending' AND other.seq < wanted.seq AND {DUE})))
    AND NOT EXISTS (
        SELECT 1 FROM threads
        WHERE threads.thread_id = wanted.thread_id AND threads.held_until > {{now}})
"""  # noqa: S608  # our own words
"""Whether nothing goes before the run `wanted` on its thread, whose order is that of creation, and
nobody holds the thread (`runtime.execution.hold`)."""

_BACKLOG = f"""
    SELECT count(*) AS n, max(CASE WHEN {FREE} THEN
        {{now}} - CASE WHEN not_before > updated_at THEN not_before ELSE updated_at END
    END) AS oldest
    FROM runs AS wanted WHERE status = 'pending' AND {DUE}
"""  # noqa: S608  # same
"""A run that was given back waits from then on: nothing else changes one that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in the whole service."""

    waiting: int
    """Runs that wait and whose time has come."""
    oldest_seconds: float
    """How long the one that waits longest has waited, of those whose thread is free; 0 where none
    waits: what a free worker would have taken."""


async def backlog(database: Database) -> Backlog:
    """Return how many runs wait in the whole service, and how long already."""
    (row,) = await database.rows(worded(database, _BACKLOG), {})
    return Backlog(waiting=int(row["n"]), oldest_seconds=max(0.0, row["oldest"] or 0.0))
