"""Room in the queue: how many runs may wait, and which of them gives way to a new one."""

import json
import time
from collections.abc import Callable

import structlog

from profiles.execution import Execution
from runtime.errors import OverloadedError
from runtime.execution.database import Database, Session, worded
from runtime.execution.row import COLUMNS, run_of
from runtime.execution.run import NewRun, Run

_log = structlog.get_logger(__name__)

DISPLACED = "displaced"
"""Reason of a run that waited and gave way to one of a higher priority."""

WAITING = "SELECT count(*) AS n FROM runs WHERE status = 'pending'"
"""Runs that wait, their time come or not."""

_DISPLACE = f"""
    UPDATE runs SET status = 'error', error = :error, ended_at = {{now}}, updated_at = {{now}}
    WHERE seq = (
        SELECT seq FROM runs
        WHERE status = 'pending' AND priority < :priority AND started_at IS NULL {{owners}}
        ORDER BY priority, seq DESC LIMIT 1 {{skip_locked}})
    RETURNING {COLUMNS}
"""  # noqa: S608  # our own words
"""The least priority gives way, of it the run that waited least; none that was ever begun."""

_OWNERS = {"owner": "AND owner = :owner", "any": ""}
"""Whose runs give way, by `execution.displacement`."""


class Room:
    """Lets runs into the queue while there is room, or while a lesser one gives way."""

    def __init__(
        self, database: Database, config: Execution, told: Callable[[Run], None] = lambda _: None
    ) -> None:
        """Take the database, how much room there is, and whom to tell of a run that gives way."""
        self._database = database
        self.limit = config.queue_limit
        self._displacement = config.displacement
        self._seconds = config.poll_interval_ms / 1000
        self._told = told
        self._refused: dict[str, tuple[float, int]] = {}

    def check_memory(self, new: NewRun) -> None:
        """Raise OverloadedError where one like it was refused a moment ago, without a look.

        A moment is `execution.poll_interval_ms`: as old as anything is that this process knows of
        the table. So a flood of requests costs the database a query a moment, not one each.
        """
        until, priority = self._refused.get(self._whose(new), (0.0, 0))
        if time.monotonic() < until and new.priority <= priority:
            raise self._full()

    async def check(self, session: Session, new: NewRun) -> None:
        """Make room for a run in the transaction that adds it; OverloadedError where there is none.

        A run that gives way ends as an error that says so. Its thread stays as it was.
        """
        (row,) = await session.rows(worded(self._database, WAITING), {})
        if row["n"] >= self.limit and not await self._displace(session, new):
            self._remember(new)
            raise self._full()

    async def _displace(self, session: Session, new: NewRun) -> bool:
        owners = _OWNERS.get(self._displacement)
        if owners is None:
            return False
        reason = {
            "error": DISPLACED,
            "message": f"the queue was full, and a run of priority {new.priority} came",
        }
        values = {"error": json.dumps(reason), "priority": new.priority, "owner": new.owner}
        statement = _DISPLACE.replace("{owners}", owners)
        rows = await session.rows(worded(self._database, statement), values)
        for run in map(run_of, rows):
            self._told(run)
            _log.warning("run_displaced", run_id=run.run_id, priority=run.priority)
        return bool(rows)

    def _whose(self, new: NewRun) -> str:
        return new.owner if self._displacement == "owner" else ""

    def _remember(self, new: NewRun) -> None:
        now = time.monotonic()
        # Only what still counts is kept: owners come and go.
        self._refused = {who: each for who, each in self._refused.items() if each[0] > now}
        self._refused[self._whose(new)] = (now + self._seconds, new.priority)

    def _full(self) -> OverloadedError:
        lesser = "" if self._displacement == "none" else ", none of them of a lower priority"
        return OverloadedError(
            f"{self.limit} runs wait, as many as execution.queue_limit allows{lesser}; "
            "Retry-After says when to come again"
        )
