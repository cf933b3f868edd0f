"""Notices that the database's clock has jumped: by it, leases are over that their workers hold."""

import time

import structlog

from runtime.execution.database import Database, worded

_NOW = "SELECT {now} AS now"

_log = structlog.get_logger(__name__)


class Clock:
    """The database's clock, beside this process's own, which never jumps."""

    def __init__(self, database: Database, *, heartbeat_seconds: float) -> None:
        """Take the database, and the time in which each worker renews its leases."""
        self._database = database
        self._heartbeat_seconds = heartbeat_seconds
        self._ahead: float | None = None
        self._jumped_at: float | None = None

    async def is_steady(self) -> bool:
        """Tell whether a lease that is over says that its worker is dead.

        A lease is longer than two heartbeats (PL042), so that one heartbeat more or less by the
        database's clock ends none. After a jump by more each worker has renewed its leases within
        two. A first look knows of no jump before it. An answer that took long counts as a jump:
        heartbeats took as long.
        """
        before = time.monotonic()
        (row,) = await self._database.rows(worded(self._database, _NOW), {})
        after = time.monotonic()
        if self._ahead is not None:
            jump_seconds = row["now"] - before - self._ahead
            if jump_seconds > self._heartbeat_seconds:
                _log.warning("clock_jumped", seconds=round(jump_seconds, 1))
                self._jumped_at = after
        self._ahead = row["now"] - after
        return self._jumped_at is None or after - self._jumped_at > 2 * self._heartbeat_seconds
