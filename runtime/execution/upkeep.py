"""Threads copied, pruned, weighed, and ended when their time is over."""

from collections.abc import Sequence
from uuid import uuid4

from runtime.execution.database import Database, Session, worded
from runtime.execution.kept import Kept, Sizes
from runtime.execution.run import Thread
from runtime.execution.threads import UNMOVED, lock, owned
from runtime.execution.ttl import Pruning

_COPY = """
    INSERT INTO threads (thread_id, owner, metadata, status, temporary, created_at, updated_at)
    SELECT :target, owner, metadata, status, 0, {now}, {now} FROM threads
    WHERE thread_id = :thread_id
"""

_FREE = f"SELECT thread_id FROM threads WHERE thread_id = :thread_id AND {UNMOVED}"  # noqa: S608  # our own words

_EXPIRED = f"""
    SELECT thread_id, ttl_strategy FROM threads WHERE expires_at <= {{now}} AND {UNMOVED}
"""  # noqa: S608  # same

_STILL_EXPIRED = f"""
    SELECT ttl_strategy FROM threads WHERE thread_id = :thread_id AND expires_at <= {{now}}
    AND {UNMOVED}
"""  # noqa: S608  # same

_RENEW = "UPDATE threads SET expires_at = {now} + ttl_seconds WHERE thread_id = :thread_id"

_LONG = """
    SELECT thread_id FROM checkpoints WHERE thread_id > :after AND checkpoint_ns = ''
    GROUP BY thread_id HAVING count(*) > :count ORDER BY thread_id LIMIT :most
"""

_LONG_TOLD = """
    SELECT run_id FROM runs WHERE ended_at < {now} - :seconds
    AND EXISTS (SELECT 1 FROM run_events WHERE run_events.run_id = runs.run_id) LIMIT :most
"""

_FORGET_RUN = "DELETE FROM run_events WHERE run_id = :run_id"

_FORGET_CHANGES = """
    DELETE FROM thread_changes WHERE number IN (
        SELECT number FROM thread_changes WHERE made_at < {now} - :seconds LIMIT :most)
    RETURNING number
"""

_MOST = 100
"""Threads, runs or changes that are looked for at once."""


class Upkeep:
    """What is done with threads as a whole; each in one transaction, never under a run."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def copy(self, owner: str, thread_id: str) -> Thread:
        """Make a thread that holds what another does, without its runs; return it.

        Raises NotFoundError where the owner has none such.
        """
        target = str(uuid4())
        async with self._database.transaction() as session:
            await owned(session, owner, thread_id, self._database.for_update)
            values = {"thread_id": thread_id, "target": target}
            await session.rows(worded(self._database, _COPY), values)
            await Kept(self._database, session).copy(thread_id, target)
            return await owned(session, owner, target)

    async def prune(self, owner: str, thread_ids: Sequence[str], strategy: Pruning) -> int:
        """Prune the owner's threads of these names; return how many.

        Left alone are those that a run moves, or that need all that they hold.
        """
        pruned = 0
        for thread_id in dict.fromkeys(thread_ids):
            async with self._database.transaction() as session:
                await lock(self._database, session, thread_id)
                mine = worded(self._database, f"{_FREE} AND owner = :owner")
                if await session.rows(mine, {"thread_id": thread_id, "owner": owner}):
                    pruned += await self._prune(session, thread_id, strategy)
        return pruned

    async def sizes(self, owner: str, thread_id: str) -> Sizes:
        """Return what a thread takes in the store; NotFoundError as `copy`."""
        async with self._database.transaction() as session:
            await owned(session, owner, thread_id)
            return await Kept(self._database, session).sizes(thread_id)

    async def expire(self) -> int:
        """Prune the threads whose time is over; return how many."""
        found = await self._database.rows(worded(self._database, _EXPIRED), {})
        return sum([await self._expire(row["thread_id"]) for row in found])

    async def tidy(self, count: int | None, seconds: float) -> int:
        """Prune what is over, and threads of more checkpoints than `count`; return how many.

        What was told longer ago than `seconds` is forgotten.
        """
        await self.forget(seconds)
        return await self.expire() + (0 if count is None else await self.trim(count))

    async def forget(self, seconds: float) -> int:
        """Remove what runs told that ended so long ago, and changes of states made so long ago.

        Return how many runs and changes.
        """
        forgotten, values = 0, {"seconds": float(seconds), "most": _MOST}
        while runs := await self._database.rows(worded(self._database, _LONG_TOLD), values):
            for row in runs:
                await self._database.rows(_FORGET_RUN, {"run_id": row["run_id"]})
            forgotten += len(runs)
        while changes := await self._database.rows(worded(self._database, _FORGET_CHANGES), values):
            forgotten += len(changes)
        return forgotten

    async def trim(self, count: int) -> int:
        """Leave each thread its newest checkpoints, at most so many; return how many were longer.

        Those that a run moves are left for the next time, as are those that only POST /invoke
        moved: their age alone ends them.
        """
        trimmed, after = 0, ""
        while found := await self._long(count, after):
            for after in found:
                async with self._database.transaction() as session:
                    await lock(self._database, session, after)
                    if await session.rows(worded(self._database, _FREE), {"thread_id": after}):
                        kept = Kept(self._database, session)
                        trimmed += await kept.keep_newest(after, count)
        return trimmed

    async def _long(self, count: int, after: str) -> list[str]:
        values = {"count": count, "after": after, "most": _MOST}
        return [row["thread_id"] for row in await self._database.rows(_LONG, values)]

    async def _expire(self, thread_id: str) -> bool:
        values = {"thread_id": thread_id}
        async with self._database.transaction() as session:
            await lock(self._database, session, thread_id)
            # It may have been given more time, or a run, since it was looked at.
            rows = await session.rows(worded(self._database, _STILL_EXPIRED), values)
            if not rows:
                return False
            await session.rows(worded(self._database, _RENEW), values)
            return await self._prune(session, thread_id, rows[0]["ttl_strategy"])

    async def _prune(self, session: Session, thread_id: str, strategy: Pruning) -> bool:
        kept = Kept(self._database, session)
        if strategy == "keep_latest":
            return await kept.keep_newest(thread_id)
        await kept.remove(thread_id)
        await session.rows(
            "DELETE FROM threads WHERE thread_id = :thread_id", {"thread_id": thread_id}
        )
        return True
