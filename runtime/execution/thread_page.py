"""Which threads a page names, whatever the row of another holds."""

import json
from collections.abc import Sequence
from typing import Any

from runtime.execution.database import Database, Row, Values
from runtime.execution.run import Page
from runtime.execution.thread_row import object_of

BUSY = (
    "EXISTS (SELECT 1 FROM runs WHERE runs.thread_id = threads.thread_id "
    "AND runs.status IN ('pending', 'running'))"
)
"""Condition of a thread that a run moves, or is going to."""

STATUS = f"CASE WHEN {BUSY} THEN 'busy' ELSE status END"
"""What a thread waits for, from its row and its runs."""


async def rows_of(database: Database, statement: str, owner: str, page: Page) -> list[Row]:
    """Run a statement over the threads that a page names, those of its `{condition}`.

    Metadata that cannot be read contain nothing. Where the database fails at them it is asked
    again without their threads, for which all are read.
    """
    scope, values = _scope(owner, page)
    values |= {"limit": page.limit, "offset": page.offset, "status": page.status}
    values |= {"filters": json.dumps(page.filters), "wanted": json.dumps(dict(page.metadata))}
    whole = statement.replace("{condition}", _condition(database, page, scope))
    try:
        return list(await database.rows(whole, values))
    except database.unreadable:
        damaged = await _damaged(database, scope, values)
        if not damaged:
            raise
        condition, names = _among(damaged, "damaged")
        sound = _condition(database, page, f"{scope} AND thread_id NOT {condition}")
        whole = statement.replace("{condition}", sound)
        return list(await database.rows(whole, values | names))


def _condition(database: Database, page: Page, scope: str) -> str:
    """Return the condition of a page; of threads out of its scope nothing is looked into.

    No other condition than CASE says what a database looks at first.
    """
    parts = [scope]
    if page.status:
        parts.append(f"({STATUS}) = :status")
    for name, given in (("filters", page.filters), ("wanted", page.metadata)):
        if given:
            looked = database.containing("metadata", name)
            parts.append(f"CASE WHEN {scope} THEN {looked} ELSE false END")
    return " AND ".join(parts)


def _scope(owner: str, page: Page) -> tuple[str, dict[str, Any]]:
    """Return the condition of threads that may be looked into, and its values."""
    parts, values = ["temporary = 0"], dict[str, Any]()
    if page.filters is None:
        parts.append("owner = :owner")
        values["owner"] = owner
    if page.ids:
        condition, names = _among(page.ids, "id")
        parts.append(f"thread_id {condition}")
        values |= names
    return " AND ".join(parts), values


async def _damaged(database: Database, scope: str, values: Values) -> list[str]:
    """Return the threads whose metadata cannot be read."""
    every = f"SELECT thread_id, metadata FROM threads WHERE {scope}"  # noqa: S608  # our own words
    rows = await database.rows(every, values)
    return [row["thread_id"] for row in rows if object_of(row["metadata"]) is None]


def _among(thread_ids: Sequence[str], name: str) -> tuple[str, dict[str, str]]:
    values = {f"{name}{number}": each for number, each in enumerate(thread_ids)}
    return f"IN ({', '.join(':' + each for each in values)})", values
