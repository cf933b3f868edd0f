"""The `run_events` table: what a streamed run told, for callers elsewhere and for later."""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.execution.database import Database, Session

_INSERT = """
    INSERT INTO run_events (run_id, number, event, data)
    SELECT :run_id, :number, :event, :data
    WHERE EXISTS (SELECT 1 FROM runs WHERE run_id = :run_id AND token = :token)
    ON CONFLICT (run_id, number) DO NOTHING
"""
"""A worker that lost the run tells nothing more."""

_AFTER = """
    SELECT number, event, data FROM run_events
    WHERE run_id = :run_id AND number > :number ORDER BY number LIMIT :most
"""

_FOLLOW = "UPDATE runs SET followed = 1 WHERE run_id = :run_id AND followed = 0"

_LAST = "SELECT max(number) AS last FROM run_events WHERE run_id = :run_id"

MOST = 500
"""Events that are read at once."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a run told."""

    number: int
    """Place in the run's own order, from 0: the event's id."""
    name: str
    """Its name."""
    data: str
    """JSON."""


class EventLog:
    """Keeps and finds events."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def append(self, run_id: str, token: int, events: Sequence[Event]) -> None:
        """Keep events; nothing where the run is another worker's by now."""

        async def keep(session: Session) -> None:
            for event in events:
                values = {
                    "run_id": run_id,
                    "token": token,
                    "number": event.number,
                    "event": event.name,
                    "data": event.data,
                }
                await session.rows(_INSERT, values)

        await self._database.run(keep)

    async def after(self, run_id: str, number: int) -> list[Event]:
        """Return the events after a number, at most MOST."""
        values = {"run_id": run_id, "number": number, "most": MOST}
        rows = await self._database.rows(_AFTER, values)
        return [Event(row["number"], row["event"], row["data"]) for row in rows]

    async def ask_for(self, run_id: str) -> None:
        """Ask whoever works on a run, now or later, to keep its events."""
        await self._database.rows(_FOLLOW, {"run_id": run_id})

    async def last(self, run_id: str) -> int:
        """Return the number of the last event; -1 where there is none."""
        (row,) = await self._database.rows(_LAST, {"run_id": run_id})
        return -1 if row["last"] is None else int(row["last"])
