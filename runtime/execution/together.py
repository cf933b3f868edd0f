"""Many runs, one statement: what they ask for at the same time is done in one commit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.execution.database import Database, Row, Values, worded
from runtime.persistence.group import Group, Waiting

_MOST = 64
"""Runs of one statement: more would make the first of them wait for no gain."""

_LANES = 2
"""Statements at a time: while one waits for the server's disk, the next is made."""


def given(columns: Mapping[str, str]) -> str:
    """Return a FROM item for `Together`: the given runs by columns and types, and their `place`."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    rows = f"ROWS FROM (json_to_recordset(CAST(:given AS JSON)) AS ({typed}))"
    named = f"{rows} WITH ORDINALITY AS each ({', '.join(columns)}, place)"
    # Of an array Postgres expects a hundred, and reads whole tables to find them; of two things
    # that are equal, one.
    return f"{named} WHERE abs(place) = place"


@dataclass(frozen=True, slots=True)
class _Asked:
    values: Values
    kept: Sequence[Any]


class Together:
    """Runs a statement for all runs that need it at the same time; on Postgres alone."""

    def __init__(self, database: Database, statement: str) -> None:
        """Take a statement of `:given`, a JSON array of runs, whose rows name their `run_id`."""
        self._database = database
        self._statement = worded(database, statement)
        self._group: Group[_Asked] = Group(self._write, most=_MOST, lanes=_LANES)

    async def __call__(self, values: Values, kept: Sequence[Any] = ()) -> Row | None:
        """Run it for a run; return its row, None where there is none.

        `kept` is what the run wrote last. Raises what the statement raises for this run alone.
        """
        row: Row | None = await self._group.add(_Asked(values, kept))
        return row

    async def _write(self, batch: Sequence[Waiting[_Asked]]) -> None:
        try:
            await self._run(batch)
        except Exception as error:
            if len(batch) == 1 or isinstance(error, self._database.transient):
                raise
            for each in batch:  # one of them cannot be done
                await self._run_alone(each)

    async def _run_alone(self, waiting: Waiting[_Asked]) -> None:
        try:
            await self._run([waiting])
        except Exception as error:  # it is for the one who waits
            waiting.error = error

    async def _run(self, batch: Sequence[Waiting[_Asked]]) -> None:
        asked = [each.item for each in batch]
        # One value: psycopg makes arrays of Python's objects one by one, the json module in C.
        told = json.dumps([each.values for each in asked])
        kept = [rows for each in asked for rows in each.kept]
        rows = await self._database.rows(self._statement, {"given": told}, kept)
        found = {row["run_id"]: row for row in rows}
        for each in batch:
            each.given = found.get(each.item.values["run_id"])
