"""What the tables need of a database: transactions, and the few words in which two differ."""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from runtime.execution.words import Words
from runtime.store.words import ItemWords

T = TypeVar("T")

Row = Mapping[str, Any]
"""A row by its columns."""

Values = Mapping[str, object]
"""Values of a statement's `:names`."""

_STATEMENTS = 512
"""Statements whose words are kept: there are fewer, and each run needs a dozen of them."""

_NAMED = re.compile(r"(?<!:):(\w+)")


class Session(Protocol):
    """An open transaction; or the database, for a statement alone."""

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement with `:names` in it; return what it gives, nothing for most writes.

        `kept` is what a run of the same database's checkpoints wrote last; it is kept as well.
        """


class Database(Protocol):
    """One of the two databases. Statements are written once, with `:names` for values.

    `{now}`, `{skip_locked}` and `{for_update}` in them become the attributes below, `{writes}`,
    `{value}`, `{run_id}`, `{root}`, `{counters}`, `{size}`, `{chance}`, `{of_each}` and `{found}`
    those of `words`.
    """

    now: str
    """The time of the database, in seconds since 1970, as an expression."""
    skip_locked: str
    """Ends a SELECT whose row nobody else may take meanwhile; others pass it by."""
    for_update: str
    """Ends a SELECT whose rows others must wait for."""
    words: Words
    """What LangGraph's own tables are called."""
    items: ItemWords
    """How it says what is asked of items."""
    joins_writes: bool
    """Whether one statement may write several tables: each statement less is a round trip less."""
    transient: tuple[type[Exception], ...]
    """Errors after which the same may succeed."""
    conflict: tuple[type[Exception], ...]
    """Errors of a unique index."""
    unreadable: tuple[type[Exception], ...]
    """Errors of a column that should hold JSON and does not."""

    def is_lost(self, error: Exception) -> bool:
        """Tell whether a connection was lost: nobody knows what was done, and another may do."""

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Begin a transaction; it is undone where the block raises."""

    async def run(self, body: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run a transaction whose body waits for nothing but its session; undone where it raises.

        Quicker than `transaction` on SQLite: it is run at once, and committed with others.
        """

    async def rows(self, statement: str, values: Values, kept: Sequence[Any] = ()) -> Sequence[Row]:
        """Run a statement as a transaction of its own."""

    def containing(self, column: str, name: str) -> str:
        """Return a condition: the JSON in a column contains that of a named value."""


def worded(database: Database, statement: str) -> str:
    """Return a statement in the words of a database; its `:names` stay."""
    return _worded(
        statement, database.now, database.skip_locked, database.for_update, database.words
    )


@lru_cache(maxsize=_STATEMENTS)
def _worded(statement: str, now: str, skip_locked: str, for_update: str, words: Words) -> str:
    return statement.format(
        now=now,
        skip_locked=skip_locked,
        for_update=for_update,
        writes=words.writes,
        value=words.value,
        run_id=words.run_id,
        root=words.root,
        counters=words.counters,
        size=words.size,
        chance=words.chance,
        of_each=words.of_each,
        found=words.found,
    )


@lru_cache(maxsize=_STATEMENTS)
def in_percents(statement: str) -> str:
    """Return a statement with psycopg's placeholders: `:name` becomes `%(name)s`."""
    return _NAMED.sub(r"%(\1)s", statement)


def contains(text: str, wanted: str) -> bool:
    """Tell whether a JSON value contains another, as Postgres' `@>` does; damaged, it does not."""
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return holds(value, json.loads(wanted))


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
