"""The `runs` table as a queue: the one authority on what a run is doing.

A run is taken by the worker that sets its holder, lease and token in one statement; every later
write names that token, so a worker that lost the run changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.errors import LeaseLostError
from runtime.execution.backlog import DUE, backlog
from runtime.execution.claim import claim_of, left_of
from runtime.execution.database import Database, Row, Session, Values, worded
from runtime.execution.ending import MOVED, end_lost
from runtime.execution.finishing import FINISH, end_of
from runtime.execution.kept import Kept
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import (
    ON_REQUEST,
    Ended,
    Run,
    Wishes,
)
from runtime.execution.threads import lock
from runtime.execution.together import Together
from runtime.execution.undo import UNDO_HELD, UNDO_LOST, undo

_HELD = "holder = :holder AND status = 'running'"

_WISHES = f"""
    SELECT run_id, cancel, followed FROM runs WHERE {_HELD} AND (cancel = 1 OR followed = 1)
"""  # noqa: S608  # same

_FINISH = f"""
    UPDATE runs SET status = :status, error = :error, result = :result, holder = NULL,
        lease_until = NULL, cancel = 0, ended_at = {{now}}, updated_at = {{now}}
    WHERE run_id = :run_id AND token = :token AND status = 'running' AND undo = 0
    RETURNING updated_at, ended_at, {{now}} AS now,
        EXISTS (SELECT 1 FROM runs WHERE status = 'pending' AND {DUE}) AS more
"""  # noqa: S608  # same

_GIVE_BACK = """
    UPDATE runs SET status = 'pending', holder = NULL, lease_until = NULL, updated_at = {now},
        attempts = attempts - :uncounted
    WHERE run_id = :run_id AND token = :token AND status = 'running' AND cancel = 0
    RETURNING run_id
"""

_EXPIRED = f"""
    UPDATE runs SET status = 'pending', holder = NULL, lease_until = NULL, updated_at = {{now}}
    WHERE status = 'running' AND lease_until < {{now}} AND cancel = 0
        AND attempts < :most AND deadline_at > {{now}}
    RETURNING {COLUMNS}
"""  # noqa: S608  # same


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What there is after a run's end."""

    run: Run | None
    """The run as its row is then; None where a caller wanted it removed."""
    more: bool
    """Whether a run waits, which may go now."""


class Queue:
    """What workers do with the table."""

    def __init__(
        self,
        database: Database,
        *,
        lease_seconds: float,
        max_attempts: int,
        starvation_seconds: float,
        graphs: Sequence[str],
    ) -> None:
        """Take the database, how long a lease holds, how often a run is tried, and what can run.

        `starvation_seconds` is the profile's: how long a run waits behind higher priorities.
        """
        self.database = database
        self.lease_seconds = lease_seconds
        self._most = max_attempts
        self._starvation = float(starvation_seconds)
        self._ends = Together(database, FINISH) if database.joins_writes else None
        self._graphs = {f"graph{number}": name for number, name in enumerate(graphs)}

    async def claim(self, holder: str) -> Run | None:
        """Take the next run whose thread is free; None where there is none."""
        return next(iter(await self.claim_some(holder, 1)), None)

    async def claim_some(self, holder: str, count: int) -> list[Run]:
        """Take the runs whose turn it is (`runtime.execution.claim`), at most so many."""
        graphs = tuple(self._graphs)
        wanted = count
        values = {
            "holder": holder,
            "lease": self.lease_seconds,
            "most": self._most,
            "count": count,
            "starvation": self._starvation,
            **self._graphs,
        }
        while True:
            try:
                rows = await self._run(claim_of(wanted, graphs), values)
            except self.database.conflict:
                continue  # another worker took a run of the same thread in the same moment
            if rows or not await self._is_left(graphs, values):
                return sorted(map(run_of, rows), key=lambda run: (-run.priority, run.seq))
            wanted *= 4  # others are taking all that it looked at

    async def _is_left(self, graphs: Sequence[str], values: Values) -> bool:
        if not self.database.skip_locked:
            return False  # one claim waits for another, and looks at what that left
        return bool(await self._run(left_of(graphs), values))

    async def beat(self, holder: str, run_ids: Sequence[str]) -> dict[str, int]:
        """Renew a worker's leases of the runs it works on; return the tokens of those it holds.

        A run that it holds and does not work on, because the database was away when it should
        have ended, is not named: its lease runs out, and somebody resumes it.
        """
        named = {f"run{number}": run_id for number, run_id in enumerate(run_ids)}
        statement = (
            f"UPDATE runs SET lease_until = {{now}} + :lease WHERE {_HELD} "  # noqa: S608  # same
            f"AND run_id IN ({', '.join(f':{name}' for name in named)}) RETURNING run_id, token"
        )
        values = {"holder": holder, "lease": self.lease_seconds, **named}
        return {row["run_id"]: row["token"] for row in await self._run(statement, values)}

    async def wishes(self, holder: str) -> Wishes:
        """Return what callers want of the runs of a worker."""
        rows = await self._run(_WISHES, {"holder": holder})
        return Wishes(
            ended=tuple(row["run_id"] for row in rows if row["cancel"]),
            followed=tuple(row["run_id"] for row in rows if row["followed"]),
        )

    async def finish(self, run: Run, ended: Ended, kept: Sequence[Any] = ()) -> Finished:
        """End a run, and keep what it wrote last; LeaseLostError where it is another worker's."""
        values = end_of(run, ended)
        if self._ends is not None:
            try:
                if row := await self._ends(values, kept):
                    return _finished(run, ended, row)
                kept = ()  # it is kept by now
            except self.database.transient as error:
                if not self.database.is_lost(error):
                    raise
        moved = {"status": values["thread_status"], "thread_id": run.thread_id}

        async def finish(session: Session) -> Finished:
            # As `enqueue` does: the other way round, both could wait.
            await lock(self.database, session, run.thread_id)
            if not (rows := await self._of(session, _FINISH, values, kept)):
                if await undo(self.database, session, run, UNDO_HELD) is None:
                    raise _lost(run)
                return Finished(run=None, more=True)
            await self._of(session, MOVED, moved)
            return _finished(run, ended, rows[0])

        return await self.database.run(finish)

    async def give_back(self, run: Run, kept: Sequence[Any] = (), *, counted: bool) -> None:
        """Let another worker resume a run, or end one that is cancelled.

        Keeps what it wrote last, and raises LeaseLostError, as `finish`.

        `counted` tells whether this attempt is one of those that a run may have.
        """
        values = {"run_id": run.run_id, "token": run.token, "uncounted": 0 if counted else 1}
        if not await self._run(_GIVE_BACK, values, kept):
            await self.finish(run, ON_REQUEST)

    async def reap(self) -> tuple[list[Run], list[Run]]:
        """Look after what no worker looks after: return runs given back, and runs ended.

        A run whose worker died is given back, or ended where it was cancelled meanwhile or has
        had all its attempts. What is beyond its deadline is ended as a timeout.
        """
        back = [run_of(row) for row in await self._run(_EXPIRED, {"most": self._most})]
        ended = await end_lost(self.database, self._most)
        return back, ended + await self._undo_lost()

    async def _undo_lost(self) -> list[Run]:
        """Remove what callers wanted removed and dead workers left; return it."""
        statement = f"SELECT {COLUMNS} FROM runs WHERE {UNDO_LOST}"  # noqa: S608  # same
        undone = []
        for run in [run_of(row) for row in await self._run(statement, {})]:
            async with self.database.transaction() as session:
                undone.append(await undo(self.database, session, run, UNDO_LOST))
        await self.database.run(lambda session: Kept(self.database, session).forget())
        return [run for run in undone if run is not None]

    async def remember(self, run: Run) -> None:
        """Keep what a run that goes on from an earlier one's end may have to give back."""
        await self.database.run(lambda session: Kept(self.database, session).remember(run))

    async def depth(self) -> int:
        """Return how many runs wait in the whole service, whose time has come."""
        return (await backlog(self.database)).waiting

    async def _run(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> list[Row]:
        return await self._of(self.database, statement, values, kept)

    async def _of(
        self, session: Session, statement: str, values: Values, kept: Sequence[Any] = ()
    ) -> list[Row]:
        return list(await session.rows(worded(self.database, statement), values, kept))


def _finished(run: Run, ended: Ended, told: Row) -> Finished:
    after = replace(
        run,
        status=ended.status,
        error=ended.error,
        result=ended.result,
        holder=None,
        lease_until=None,
        cancel=False,
        updated_at=told["updated_at"],
        ended_at=told["ended_at"],
        now=told["now"],
    )
    return Finished(run=after, more=bool(told["more"]))


def _lost(run: Run) -> LeaseLostError:
    return LeaseLostError(f"run {run.run_id} is another worker's by now, or has ended")
