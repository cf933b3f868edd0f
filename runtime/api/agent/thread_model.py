"""What is asked of threads, as the official client sends it."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from runtime.api.agent.body import Body, Limit, Metadata, Offset
from runtime.execution.run import Json


class ThreadCreate(Body):
    """A thread to be made."""

    thread_id: UUID | None = None
    metadata: Metadata = Field(default_factory=dict)
    if_exists: Literal["raise", "do_nothing"] = "raise"
    ttl: Any = None
    supersteps: Any = None


class ThreadPatch(Body):
    """What is laid over a thread."""

    metadata: Metadata = Field(default_factory=dict)
    ttl: Any = None


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
    select: Any = None
    extract: Any = None
