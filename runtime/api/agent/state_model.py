"""What is asked of a thread's states, as the official client sends it."""

from typing import Any

from runtime.api.agent.body import Body, Checkpoint, Limit, Metadata
from runtime.api.agent.select import StateFields
from runtime.execution.run import Json


class StateUpdate(Body):
    """A change of a thread's state."""

    values: Any = None
    as_node: str | None = None
    checkpoint: Checkpoint | None = None
    checkpoint_id: str | None = None


class StateQuery(Body):
    """A thread's state at a checkpoint."""

    checkpoint: Checkpoint
    subgraphs: bool = False
    select: StateFields | None = None


class HistoryQuery(Body):
    """Which of a thread's states are looked for."""

    limit: Limit = 10
    before: str | Json | None = None
    metadata: Metadata | None = None
    checkpoint: Checkpoint | None = None
    select: StateFields | None = None
