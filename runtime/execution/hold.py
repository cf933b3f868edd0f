"""A thread that is held while a caller changes its state: no run begins on it meanwhile."""

import time
from dataclasses import dataclass

from runtime.errors import RETRY_SECONDS, ThreadBusyError
from runtime.execution.database import Database, Session, worded
from runtime.execution.ending import MOVED
from runtime.execution.run import Thread, ThreadState
from runtime.execution.threads import lock, owned
from runtime.persistence.fence import Lease

_TAKE = """
    UPDATE threads SET held_until = {now} + :seconds
    WHERE thread_id = :thread_id AND COALESCE(held_until, 0) <= {now} RETURNING held_until
"""

_LEAVE = """
    UPDATE threads SET held_until = NULL WHERE thread_id = :thread_id AND held_until = :until
    RETURNING followed_until > {now} AS followed
"""

_TELL = """
    INSERT INTO thread_changes (thread_id, data, made_at) VALUES (:thread_id, :data, {now})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A thread in the hands of one caller."""

    thread: Thread
    """The thread, as it was when it was taken."""
    until: float
    """When it is free all the same, in the database's seconds since 1970; names this hold."""
    lease: Lease
    """What refuses to write once somebody else may move the thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a thread that was held."""

    status: ThreadState
    """What it waits for now."""
    told: str
    """JSON that listeners of the whole thread are told."""


class Holds:
    """Holds threads, each for its owner alone, in one column of its row.

    A worker takes no run of a thread that is held, and nobody holds a thread that has a run which
    has not ended: `runtime.execution.backlog.FREE` and `take` look at each other under the lock of
    the thread's row, which whoever puts a run into the queue takes as well.
    """

    def __init__(self, database: Database, *, seconds: float) -> None:
        """Take the database, and how long a hold lasts whose process dies."""
        self._database = database
        self._seconds = seconds

    async def take(self, owner: str, thread_id: str) -> Hold:
        """Hold a thread.

        Raises NotFoundError where the owner has none such, ThreadBusyError where a run on it has
        not ended, or somebody else holds it.
        """
        asked_at = time.monotonic()
        async with self._database.transaction() as session:
            # The lock first, the look in a statement of its own: it must see what the last holder
            # of the lock has written.
            await lock(self._database, session, thread_id)
            thread = await owned(session, owner, thread_id)
            if thread.status is ThreadState.BUSY:
                raise ThreadBusyError(
                    "a run on this thread has not ended; wait for it, or cancel it"
                )
            values = {"thread_id": thread_id, "seconds": self._seconds}
            rows = await session.rows(worded(self._database, _TAKE), values)
        if not rows:
            raise ThreadBusyError(
                "somebody else changes the state of this thread; come again",
                retry_after_seconds=RETRY_SECONDS,
            )
        lease = Lease(
            run_id=f"none, on thread {thread_id},", token=0, until=asked_at + self._seconds
        )
        return Hold(thread=thread, until=rows[0]["held_until"], lease=lease)

    async def leave(self, hold: Hold, change: Change | None) -> None:
        """Let a thread go; say what became of it, None for nothing.

        Nothing is written where it is somebody else's by now. Listeners are told in the same
        transaction, before any run begins.
        """

        async def leave(session: Session) -> None:
            values = {"thread_id": hold.thread.thread_id, "until": hold.until}
            rows = await session.rows(worded(self._database, _LEAVE), values)
            if rows and change is not None:
                values |= {"status": change.status.value, "data": change.told}
                await session.rows(worded(self._database, MOVED), values)
                if rows[0]["followed"]:
                    await session.rows(worded(self._database, _TELL), values)

        await self._database.run(leave)
