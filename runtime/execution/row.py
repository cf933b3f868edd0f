"""Columns of `runs`, and the run of a row."""

import json
from typing import Any

from runtime.execution.database import Row
from runtime.execution.run import Run, RunState

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
_FLAGS = ("cancel", "followed")


def run_of(row: Row) -> Run:
    """Return the run of a row."""
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    texts = ((name, row[name]) for name in _JSON)
    values |= {name: None if text is None else json.loads(text) for name, text in texts}
    values |= {name: bool(row[name]) for name in _FLAGS}
    return Run(status=RunState(row["status"]), **values)
