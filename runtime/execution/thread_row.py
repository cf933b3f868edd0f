"""The thread of a row."""

import json

import structlog

from runtime.execution.database import Row
from runtime.execution.run import Json, Thread, ThreadState
from runtime.execution.ttl import Ttl

_log = structlog.get_logger(__name__)


def thread_of(row: Row) -> Thread:
    """Return the thread of a row; one whose metadata cannot be read has none."""
    return Thread(
        thread_id=row["thread_id"],
        owner=row["owner"],
        metadata=_metadata_of(row),
        status=ThreadState(row["status"]),
        temporary=bool(row["temporary"]),
        ttl=None
        if row["ttl_seconds"] is None
        else Ttl(
            seconds=row["ttl_seconds"],
            strategy=row["ttl_strategy"],
            expires_at=row["expires_at"],
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def object_of(text: str) -> Json | None:
    """Return the JSON object that a column holds; None where it holds something else."""
    try:
        read = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _metadata_of(row: Row) -> Json:
    read = object_of(row["metadata"])
    if read is None:
        _log.error("thread_damaged", thread_id=row["thread_id"], columns=["metadata"])
        return {}
    return read
