"""What the tables need of a database: transactions, and the few words in which two differ."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from runtime.execution.words import Words

Row = Mapping[str, Any]
"""A row by its columns."""

Values = Mapping[str, object]
"""Values of a statement's `:names`."""

_NAMED = re.compile(r"(?<!:):(\w+)")


class Session(Protocol):
    """An open transaction."""

    async def rows(self, statement: str, values: Values) -> Sequence[Row]:
        """Run a statement with `:names` in it; return what it gives, nothing for most writes."""


class Database(Protocol):
    """One of the two databases. Statements are written once, with `:names` for values.

    `{now}`, `{skip_locked}` and `{for_update}` in them become the attributes below, `{writes}`,
    `{value}`, `{run_id}`, `{root}`, `{counters}` and `{size}` those of `words`.
    """

    now: str
    """The time of the database, in seconds since 1970, as an expression."""
    skip_locked: str
    """Ends a SELECT whose row nobody else may take meanwhile; others pass it by."""
    for_update: str
    """Ends a SELECT whose rows others must wait for."""
    words: Words
    """What LangGraph's own tables are called."""
    transient: tuple[type[Exception], ...]
    """Errors after which the same may succeed."""
    conflict: tuple[type[Exception], ...]
    """Errors of a unique index."""

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Begin a transaction; it is undone where the block raises."""

    def containing(self, column: str, name: str) -> str:
        """Return a condition: the JSON in a column contains that of a named value."""


def worded(database: Database, statement: str) -> str:
    """Return a statement in the words of a database; its `:names` stay."""
    words = database.words
    return statement.format(
        now=database.now,
        skip_locked=database.skip_locked,
        for_update=database.for_update,
        writes=words.writes,
        value=words.value,
        run_id=words.run_id,
        root=words.root,
        counters=words.counters,
        size=words.size,
    )


def in_percents(statement: str) -> str:
    """Return a statement with psycopg's placeholders: `:name` becomes `%(name)s`."""
    return _NAMED.sub(r"%(\1)s", statement)


def contains(text: str, wanted: str) -> bool:
    """Tell whether a JSON value contains another, as Postgres' `@>` does."""
    return holds(json.loads(text), json.loads(wanted))


def holds(value: Any, wanted: Any) -> bool:
    """Tell the same of values that are read already."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and holds(value[key], each) for key, each in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(
            any(holds(have, each) for have in value) for each in wanted
        )
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)
