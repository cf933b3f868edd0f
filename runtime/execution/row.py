"""Columns of `runs`, and the run of a row."""

import json
from typing import Any

import structlog

from runtime.execution.database import Row
from runtime.execution.run import Run, RunState

_log = structlog.get_logger(__name__)

COLUMNS = (
    "seq, run_id, thread_id, owner, graph, status, request, metadata, strategy, priority, "
    "attempts, token, holder, lease_until, cancel, followed, error, result, created_at, "
    "updated_at, started_at, ended_at, deadline_at, not_before, {now} AS now"
)
"""What `run_of` reads."""

_PLAIN = (
    "seq", "run_id", "thread_id", "owner", "graph", "strategy", "priority", "attempts", "token",
    "holder", "lease_until", "created_at", "updated_at", "started_at", "ended_at",
    "deadline_at", "not_before", "now",
)  # fmt: skip
_JSON = ("request", "metadata", "error", "result")
_OBJECTS = ("request", "metadata")
_OUTCOME = frozenset({"error", "result"})
_FLAGS = ("cancel", "followed")


def run_of(row: Row) -> Run:
    """Return the run of a row, also of one that is damaged: whoever reads many reads the others."""
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    read, damaged = _json_of(row)
    values |= {name: bool(row[name]) for name in _FLAGS}
    return Run(status=RunState(row["status"]), damaged=damaged, **values, **read)


def _json_of(row: Row) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what columns with JSON hold, and the names of those that cannot be read."""
    values: dict[str, Any] = {}
    damaged: list[str] = []
    for name in _JSON:
        try:
            values[name] = _value_of(name, row[name])
        except ValueError:
            values[name] = {} if name in _OBJECTS else None
            damaged.append(name)
    if damaged:
        _log.error("run_damaged", run_id=row["run_id"], columns=damaged)
    if not _OUTCOME.isdisjoint(damaged):
        values["error"] = {"error": "DamagedError", "message": "how it ended cannot be read"}
    return values, tuple(damaged)


def _value_of(name: str, text: str | None) -> Any:
    value = None if text is None else json.loads(text)
    if name in _OBJECTS and not isinstance(value, dict):
        raise ValueError(f"{name} is no object")
    return value
