"""Writes checkpoints to Postgres: what many runs keep at the same time is one statement."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from operator import itemgetter
from typing import Any

import psycopg
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from runtime.persistence.fence import fenced, lease_check
from runtime.persistence.group import Group, Waiting
from runtime.persistence.inserts import (
    BLOBS,
    CHECKPOINTS,
    FEW,
    REPLACING,
    WRITES,
    of_columns,
    of_rows,
)
from runtime.persistence.pool import Pool
from runtime.persistence.repeat import Repeat

Row = tuple[Any, ...]
"""A row, its columns in the table's order."""

_MOST = 64
"""Checkpoints and writes of one statement: more would make the first of them wait for no gain."""

_LANES = 2
"""Statements at a time: while one waits for the server's disk, the next is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows that are kept together or not at all."""

    blobs: Sequence[Row] = ()
    """Thread, namespace, channel, version; type, value. What is there stays."""
    writes: Sequence[Row] = ()
    """Thread, namespace, checkpoint, task, its path, place; channel, type, value. As above."""
    replacing: Sequence[Row] = ()
    """The same; what is there is replaced."""
    checkpoints: Sequence[Row] = ()
    """Thread, namespace, checkpoint; parent, checkpoint and metadata as JSON. As above."""
    check: Callable[[], None] = field(default_factory=lease_check)
    """Raises where the run may be another worker's by now."""


_BLOB, _WRITE, _CHECKPOINT = itemgetter(0, 1, 2, 3), itemgetter(0, 1, 2, 3, 5), itemgetter(0, 1, 2)
"""Keys of the three tables."""


class CheckpointWriter:
    """Keeps rows with what else waits."""

    def __init__(self, pool: Pool, repeat: Repeat) -> None:
        """Take the connections, and who sends again what was cut off."""
        self._pool = pool
        self._repeat = repeat
        self._group: Group[Rows] = Group(self._write, most=_MOST, lanes=_LANES)

    async def keep(self, rows: Sequence[Rows]) -> None:
        """Keep rows together; LeaseLostError or psycopg.Error where they were not kept."""
        with fenced():
            await self._group.add(_together(rows))

    async def _write(self, batch: Sequence[Waiting[Rows]]) -> None:
        try:
            await self._keep(batch)
        except (psycopg.DataError, psycopg.errors.DeadlockDetected, psycopg.ProgrammingError):
            # One of them cannot be kept, or two of them not at once.
            for each in batch:
                await self._keep_alone(each)

    async def _keep_alone(self, waiting: Waiting[Rows]) -> None:
        try:
            await self._keep([waiting])
        except psycopg.Error as error:
            waiting.error = error

    async def _keep(self, batch: Sequence[Waiting[Rows]]) -> None:
        """Keep what is held still, and again where the connection was lost.

        Nobody knows then whether it was kept; the statement leaves the same when it is run twice.
        """

        async def attempt() -> None:
            await self._execute([each.item for each in batch if _is_held(each)])

        await self._repeat(attempt)

    async def _execute(self, batch: Sequence[Rows]) -> None:
        statements, values = _parts(batch)
        if statements:
            async with self._pool.connection() as connection:
                await connection.execute(_joined(statements), values)


def beside(kept: Sequence[Rows], statement: str) -> tuple[bytes, dict[str, Any]]:
    """Return a statement with names that keeps rows as well, and the values of the rows' names.

    Raises LeaseLostError where the run may be another worker's.
    """
    for each in kept:
        each.check()
    statements, values = _parts(kept)
    return _beside(statements, statement), {f"kept{n}": each for n, each in enumerate(values)}


def _parts(batch: Sequence[Rows]) -> tuple[tuple[bytes, ...], list[Any]]:
    """Return the statements that keep rows, and their values one after the other."""
    given = (
        (BLOBS, _first([row for each in batch for row in each.blobs], _BLOB)),
        (WRITES, _first([row for each in batch for row in each.writes], _WRITE)),
        (REPLACING, _last([row for each in batch for row in each.replacing], _WRITE)),
        (CHECKPOINTS, _last([row for each in batch for row in each.checkpoints], _CHECKPOINT)),
    )
    # In one order: two statements must not wait for each other. An empty part would cost nearly as
    # much as one row, in this process and in the server.
    kept = [(table, [rows[key] for key in sorted(rows)]) for table, rows in given if rows]
    if all(len(rows) <= FEW for _, rows in kept):
        statements = tuple(of_rows(table, len(rows)) for table, rows in kept)
        return statements, [value for _, rows in kept for row in rows for value in row]
    columns = [list(each) for _, rows in kept for each in zip(*rows, strict=True)]
    return tuple(of_columns(table) for table, _ in kept), columns


@cache
def _beside(statements: tuple[bytes, ...], statement: str) -> bytes:
    numbers = count()
    parts = [
        b"part%d AS (" % n + re.sub(rb"%b", lambda _: b"%%(kept%d)b" % next(numbers), each) + b")"
        for n, each in enumerate(statements)
    ]
    own = statement.strip().encode()
    others = [own.removeprefix(b"WITH ")] if own.startswith(b"WITH ") else []
    joined = b"WITH " + b", ".join(parts + others) if parts else own
    return joined if others or not parts else joined + b" " + own


@cache
def _joined(statements: tuple[bytes, ...]) -> bytes:
    """Return what runs several statements in one round trip and one commit."""
    *others, last = statements
    named = [b"part%d AS (" % number + each + b")" for number, each in enumerate(others)]
    return b"WITH " + b", ".join(named) + last if named else last


def _together(rows: Sequence[Rows]) -> Rows:
    """Return rows of one run as what is kept together or not at all."""
    if len(rows) == 1:
        return rows[0]
    return Rows(
        blobs=[row for each in rows for row in each.blobs],
        writes=[row for each in rows for row in each.writes],
        replacing=[row for each in rows for row in each.replacing],
        checkpoints=[row for each in rows for row in each.checkpoints],
        check=rows[-1].check,
    )


def _is_held(waiting: Waiting[Rows]) -> bool:
    try:
        waiting.item.check()
    except Exception as error:  # it is for the one who waits
        waiting.error = error
    return waiting.error is None


def _first(rows: Sequence[Row], key: Callable[[Row], Row]) -> dict[Row, Row]:
    return _last(rows[::-1], key)


def _last(rows: Sequence[Row], key: Callable[[Row], Row]) -> dict[Row, Row]:
    """Return the last row of each key: a statement may not change a row twice."""
    return {key(row): row for row in rows}


def divided(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a checkpoint holds itself, and what is kept apart from it, as LangGraph does."""
    inline: dict[str, Any] = {}
    apart: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or isinstance(value, (str, int, float, bool)):
            inline[name] = value
        else:
            apart[name] = value
            if isinstance(value, _DeltaSnapshot):
                inline[name] = True
    return inline, apart
