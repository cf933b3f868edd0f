"""Rows and states in the shapes that the official client reads."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from runtime.execution.graphs import RegisteredGraph, assistant_id_of
from runtime.execution.kept import Sizes
from runtime.execution.plain import plain
from runtime.execution.request import UNSEEN
from runtime.execution.run import CANCELLED, Json, Run, Thread
from runtime.execution.ttl import Ttl

_ASSISTANTS_SINCE = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
"""An assistant is made by a configuration, not at a moment: the same answer from every process."""


def time_text(seconds: float) -> str:
    """Return a time in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def run_json(run: Run) -> Json:
    """Return a run."""
    reason = (run.error or {}).get("error")
    shape: Json = {
        "run_id": run.run_id,
        "thread_id": run.thread_id,
        "assistant_id": assistant_id_of(run.graph),
        "status": run.status.value,
        "metadata": run.metadata,
        "kwargs": {key: value for key, value in run.request.items() if key not in UNSEEN},
        "multitask_strategy": run.strategy,
        "priority": run.priority,
        "attempts": run.attempts,
        "error": run.error,
        "created_at": time_text(run.created_at),
        "updated_at": time_text(run.updated_at),
        "started_at": time_text(run.started_at) if run.started_at else None,
        "ended_at": time_text(run.ended_at) if run.ended_at else None,
    }
    return {**shape, "cancel_reason": "user"} if reason == CANCELLED else shape


def thread_json(thread: Thread, state: StateSnapshot | None = None) -> Json:
    """Return a thread, with what its state holds where that was read."""
    tasks = state.tasks if state else ()
    return {
        "thread_id": thread.thread_id,
        "created_at": time_text(thread.created_at),
        "updated_at": time_text(thread.updated_at),
        "metadata": thread.metadata,
        "status": thread.status.value,
        "config": {},
        "values": plain(state.values) if state else None,
        "interrupts": {task.id: plain(task.interrupts) for task in tasks if task.interrupts},
    }


def ttl_json(ttl: Ttl | None) -> Json | None:
    """Return how long a thread stays."""
    if ttl is None:
        return None
    return {
        "strategy": ttl.strategy,
        "ttl_minutes": ttl.seconds / 60,
        "expires_at": None if ttl.expires_at is None else time_text(ttl.expires_at),
    }


def sizes_json(thread_id: str, sizes: Sizes) -> Json:
    """Return what a thread takes in the store."""
    channels = sizes.channels
    value_bytes = sum(each.bytes for each in channels.values())
    values = {
        "count": sum(each.count for each in channels.values()),
        "bytes": value_bytes,
        "by_channel": {
            name: {"versions": each.count, "bytes": each.bytes} for name, each in channels.items()
        },
    }
    return {
        "thread_id": thread_id,
        "total_bytes": sizes.checkpoints.bytes + sizes.writes.bytes + value_bytes,
        "checkpoints": asdict(sizes.checkpoints),
        "channel_values": values,
        "pending_writes": asdict(sizes.writes),
    }


def assistant_json(entry: RegisteredGraph) -> Json:
    """Return the one assistant of a graph."""
    return {
        "assistant_id": entry.assistant_id,
        "graph_id": entry.name,
        "name": entry.name,
        "description": None,
        "config": {},
        "context": {},
        "metadata": {"created_by": "system"},
        "version": 1,
        "created_at": _ASSISTANTS_SINCE,
        "updated_at": _ASSISTANTS_SINCE,
    }


def empty_state_json(thread_id: str) -> Json:
    """Return the state of a thread that no run has moved."""
    return {
        "values": {},
        "next": [],
        "tasks": [],
        "metadata": {},
        "created_at": None,
        "checkpoint": _checkpoint({"configurable": {"thread_id": thread_id}}),
        "parent_checkpoint": None,
        "interrupts": [],
    }


def state_json(state: StateSnapshot) -> Json:
    """Return a state."""
    return {
        "values": plain(state.values),
        "next": list(state.next),
        "tasks": [_task(task) for task in state.tasks],
        "metadata": plain(state.metadata or {}),
        "created_at": state.created_at,
        "checkpoint": _checkpoint(state.config),
        "parent_checkpoint": _checkpoint(state.parent_config) if state.parent_config else None,
        "interrupts": plain(state.interrupts),
    }


def _task(task: Any) -> Json:
    inner = task.state
    return {
        "id": task.id,
        "name": task.name,
        "path": plain(task.path),
        "error": None if task.error is None else type(task.error).__name__,
        "interrupts": plain(task.interrupts),
        "checkpoint": _checkpoint(inner) if isinstance(inner, Mapping) else None,
        "state": state_json(inner) if isinstance(inner, StateSnapshot) else None,
        "result": plain(task.result),
    }


def _checkpoint(config: RunnableConfig | Mapping[str, Any]) -> Json:
    own = config.get("configurable", {})
    return {
        "thread_id": own.get("thread_id"),
        "checkpoint_ns": own.get("checkpoint_ns", ""),
        "checkpoint_id": own.get("checkpoint_id"),
        "checkpoint_map": own.get("checkpoint_map") or {},
    }
