"""Removes a run with all that it left, in one transaction: there is no half of it to find."""

from runtime.execution.database import Database, Session, worded
from runtime.execution.kept import Kept
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import Run
from runtime.execution.threads import lock

UNDO_WAITING = "status = 'pending'"
"""Condition of a run that nobody holds."""

UNDO_HELD = "status = 'running' AND undo = 1 AND token = :token"
"""Condition of a run to be removed, for the worker that holds it."""

UNDO_LOST = "status = 'running' AND undo = 1 AND lease_until < {now}"
"""Condition of a run to be removed whose worker died."""

_MOVED = "UPDATE threads SET updated_at = {now} WHERE thread_id = :thread_id"


async def undo(database: Database, session: Session, run: Run, condition: str) -> Run | None:
    """Remove a run, its events and its checkpoints where a condition holds; None where not.

    The thread's row is locked first, then the run's, as everybody does who locks both. The
    thread's status is that before the run: only the end of a run changes it.
    """
    values = {"thread_id": run.thread_id, "run_id": run.run_id, "token": run.token}
    await lock(database, session, run.thread_id)
    held = f"SELECT {COLUMNS} FROM runs WHERE run_id = :run_id AND {condition} {{for_update}}"  # noqa: S608  # our own words
    rows = await session.rows(worded(database, held), values)
    if not rows:
        return None
    await Kept(database, session).undo(run.thread_id, run.run_id)
    # Last, for what the run's rows remember of the checkpoints before it goes with them.
    await session.rows("DELETE FROM runs WHERE run_id = :run_id", values)
    await session.rows(worded(database, _MOVED), values)
    return run_of(rows[0])
