"""Ends the runs that no worker will end: beyond their deadline, out of attempts, or cancelled."""

import json
from functools import partial

from runtime.execution.database import Database, Session, worded
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import CANCELLED, Run, RunState, ThreadState

MOVED = """
    UPDATE threads SET status = :status, updated_at = {now} WHERE thread_id = :thread_id
"""
"""Says what a thread waits for after a run on it has ended, or a caller has changed its state."""

_LOST = "status = 'running' AND lease_until < {now} AND undo = 0"

_END = """
    UPDATE runs SET status = :status, error = :error, holder = NULL, lease_until = NULL,
        cancel = 0, ended_at = {{now}}, updated_at = {{now}}
    WHERE {condition} RETURNING
"""

_LOCK_THREADS = """
    SELECT thread_id FROM threads
    WHERE thread_id IN (SELECT thread_id FROM runs WHERE {condition})
    ORDER BY thread_id {for_update}
"""

_Ending = tuple[str, RunState, str, str]
"""Condition of the runs, how they end, and the error's name and words."""


async def end_lost(database: Database, most: int) -> list[Run]:
    """End what is late, lost or tried `most` times; return it."""
    ended: list[Run] = []
    for each in _endings(most):
        ended += await database.run(partial(_end, database, each))
    return ended


def _endings(most: int) -> tuple[_Ending, ...]:
    late = "deadline_at <= {now}"
    return (
        (f"{_LOST} AND cancel = 1", RunState.INTERRUPTED, CANCELLED, "on request"),
        (
            f"(status = 'pending' OR {_LOST}) AND {late}",
            RunState.TIMEOUT,
            "timeout",
            "the run did not end before its deadline",
        ),
        (
            f"(status = 'pending' OR {_LOST}) AND attempts >= {most}",
            RunState.ERROR,
            "attempts",
            f"{most} workers were lost over this run",
        ),
    )


async def _end(database: Database, ending: _Ending, session: Session) -> list[Run]:
    condition, status, error, message = ending
    # Threads before runs, as everybody takes them: the other way round, both could wait.
    await session.rows(worded(database, _LOCK_THREADS.replace("{condition}", condition)), {})
    statement = worded(database, _END.format(condition=condition) + COLUMNS)
    reason = json.dumps({"error": error, "message": message})
    rows = await session.rows(statement, {"status": status.value, "error": reason})
    thread = ThreadState.IDLE if status is RunState.INTERRUPTED else ThreadState.ERROR
    for row in rows:
        moved = {"status": thread.value, "thread_id": row["thread_id"]}
        await session.rows(worded(database, MOVED), moved)
    return [run_of(row) for row in rows]
