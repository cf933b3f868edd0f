"""What is asked of threads, as the official client sends it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from runtime.api.agent.body import LONGEST_LIST, Body, Limit, Metadata, Minutes, Offset
from runtime.api.agent.run_model import Command
from runtime.api.agent.select import Extract
from runtime.execution.run import Json
from runtime.execution.ttl import Pruning, Ttl

ThreadField = Literal[
    "thread_id", "created_at", "updated_at", "metadata", "config", "context", "status", "values",
    "interrupts",
]  # fmt: skip
"""Field of a thread."""


class ThreadTtl(Body):
    """How long a thread stays, in minutes from now."""

    ttl: Minutes
    strategy: Pruning = "delete"

    def plain(self) -> Ttl:
        """Return it in seconds."""
        return Ttl(seconds=self.ttl * 60, strategy=self.strategy)


class Update(Body):
    """What a node is said to have given."""

    values: Any = None
    command: Command | None = None
    as_node: str | None = None


class Superstep(Body):
    """What nodes are said to have given at the same time."""

    updates: Annotated[list[Update], Field(min_length=1)]


class ThreadCreate(Body):
    """A thread to be made."""

    thread_id: UUID | None = None
    metadata: Metadata = Field(default_factory=dict)
    if_exists: Literal["raise", "do_nothing"] = "raise"
    ttl: ThreadTtl | None = None
    supersteps: Annotated[list[Superstep], Field(max_length=LONGEST_LIST)] | None = None


class ThreadPatch(Body):
    """What is laid over a thread."""

    metadata: Metadata = Field(default_factory=dict)
    ttl: ThreadTtl | None = None


class ThreadSearch(Body):
    """Which threads are looked for."""

    metadata: Metadata = Field(default_factory=dict)
    values: Json | None = None
    ids: list[UUID] = Field(default_factory=list)
    status: Literal["idle", "busy", "interrupted", "error"] | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Literal["thread_id", "status", "created_at", "updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"
    select: list[ThreadField] | None = None
    extract: Extract | None = None


class ThreadsPrune(Body):
    """Which threads are to be pruned, and how."""

    thread_ids: Annotated[list[UUID], Field(max_length=LONGEST_LIST)]
    strategy: Pruning = "delete"
