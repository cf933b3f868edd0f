"""How rows come into LangGraph's tables on Postgres, as its own four statements say."""

from dataclasses import dataclass, replace
from functools import cache

FEW = 4
"""Rows of a table up to which each value is a parameter: to make arrays takes twice as long for one
run's rows, and half as long for those of many.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How rows come into one of LangGraph's tables, as its own statements say."""

    into: str
    """Its name, and the columns in their order."""
    types: tuple[str, ...]
    """Their types."""
    conflict: str
    """What happens where a row is there already."""


_TEXT = "text"

BLOBS = Table(
    into="checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)",
    types=(*[_TEXT] * 5, "bytea"),
    conflict="(thread_id, checkpoint_ns, channel, version) DO NOTHING",
)

WRITES = Table(
    into="checkpoint_writes (thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, "
    "channel, type, blob)",
    types=(*[_TEXT] * 5, "int", *[_TEXT] * 2, "bytea"),
    conflict="(thread_id, checkpoint_ns, checkpoint_id, task_id, idx) DO NOTHING",
)

REPLACING = replace(
    WRITES,
    conflict="(thread_id, checkpoint_ns, checkpoint_id, task_id, idx) DO UPDATE "
    "SET channel = EXCLUDED.channel, type = EXCLUDED.type, blob = EXCLUDED.blob",
)

CHECKPOINTS = Table(
    into="checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, "
    "metadata)",
    types=(*[_TEXT] * 4, "jsonb", "jsonb"),
    conflict="(thread_id, checkpoint_ns, checkpoint_id) DO UPDATE "
    "SET checkpoint = EXCLUDED.checkpoint, metadata = EXCLUDED.metadata",
)


@cache
def of_rows(table: Table, count: int) -> bytes:
    """Return what keeps so many rows, with a parameter for each value."""
    row = ", ".join(f"%b::{each}" for each in table.types)
    return _insert(table, "VALUES " + ", ".join([f"({row})"] * count))


@cache
def of_columns(table: Table) -> bytes:
    """Return what keeps any number of rows, with an array for each column."""
    columns = ", ".join(f"%b::{each}[]" for each in table.types)
    return _insert(table, f"SELECT * FROM unnest({columns})")  # noqa: S608  # our own words


def _insert(table: Table, rows: str) -> bytes:
    return f"INSERT INTO {table.into} {rows} ON CONFLICT {table.conflict}".encode()
