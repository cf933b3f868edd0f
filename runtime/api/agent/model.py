"""What the Agent Server API is asked, as the official client sends it."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runtime.errors import NotSupportedError
from runtime.execution.run import Json, Strategy
from runtime.execution.stream import modes_of, unknown_modes

_LONGEST_LIST = 1000
"""Most entries of one listing, as the client's own documentation has it."""


def _storable(value: Json) -> Json:
    """Refuse what one of the two databases could not search, or no answer could hold."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    if "\\u0000" in text:
        raise ValueError("a NUL character cannot be kept")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair cannot be kept") from None
    return value


def _known(asked: str | list[str]) -> str | list[str]:
    if unknown := unknown_modes(modes_of({"stream_mode": asked})):
        raise ValueError(f"there is no stream mode {unknown[0]!r}")
    return asked


Metadata = Annotated[Json, AfterValidator(_storable)]
"""A JSON object that can be searched for."""

StreamModes = Annotated[str | list[str], AfterValidator(_known)]
"""One stream mode or several."""

Nodes = Literal["*"] | list[str]
"""Nodes by name, or all."""

Limit = Annotated[int, Field(ge=1, le=_LONGEST_LIST)]
"""Entries of a listing."""

Offset = Annotated[int, Field(ge=0, le=1_000_000)]
"""Entries to skip."""


class Body(BaseModel):
    """A request's body; an unknown field is refused, never silently left out."""

    model_config = ConfigDict(extra="forbid")


class Checkpoint(Body):
    """A checkpoint, as the client got it; the thread in it is that of the address."""

    thread_id: str | None = None
    checkpoint_id: str | None = None
    checkpoint_ns: str | None = None
    checkpoint_map: dict[str, str] | None = None

    def plain(self) -> Json:
        """Return what it names."""
        return self.model_dump(exclude_none=True, exclude={"thread_id"})


class Config(BaseModel):
    """LangChain's config; what else a client has in it is not looked at."""

    configurable: Json = Field(default_factory=dict)
    metadata: Json = Field(default_factory=dict)
    tags: list[str] = Field(default_factory=list)
    recursion_limit: Annotated[int, Field(ge=1)] | None = None


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
    select: Any = None


class HistoryQuery(Body):
    """Which of a thread's states are looked for."""

    limit: Limit = 10
    before: str | Json | None = None
    metadata: Metadata | None = None
    checkpoint: Checkpoint | None = None
    select: Any = None


class AssistantSearch(Body):
    """Which assistants are looked for."""

    graph_id: str | None = None
    metadata: Json | None = None
    name: str | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Any = None
    sort_order: Any = None
    select: Any = None


class Command(Body):
    """What a graph is told instead of an input."""

    resume: Any = None
    update: Any = None
    goto: Any = None


class RunCreate(Body):
    """A run that is asked for."""

    assistant_id: str
    input: Any = None
    command: Command | None = None
    config: Config = Field(default_factory=Config)
    context: Json | None = None
    metadata: Metadata = Field(default_factory=dict)
    stream_mode: StreamModes = "values"
    stream_subgraphs: bool = False
    stream_resumable: bool = False
    interrupt_before: Nodes | None = None
    interrupt_after: Nodes | None = None
    checkpoint: Checkpoint | None = None
    checkpoint_id: str | None = None
    checkpoint_during: bool | None = None
    durability: Literal["sync", "async", "exit"] | None = None
    multitask_strategy: Literal["reject", "enqueue", "interrupt", "rollback"] = "enqueue"
    if_not_exists: Literal["create", "reject"] = "reject"
    on_disconnect: Literal["cancel", "continue"] = "continue"
    on_completion: Literal["delete", "keep"] = "delete"
    priority: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    langsmith_tracer: Any = None
    webhook: Any = None
    after_seconds: Any = None
    feedback_keys: Any = None
    strict_resume: Any = None

    @property
    def strategy(self) -> Strategy:
        """What to do where the thread is busy."""
        if self.multitask_strategy == "rollback":
            raise NotSupportedError("multitask_strategy 'rollback' is not there yet; use another")
        return self.multitask_strategy

    def request(self) -> Json:
        """Return what the run's row keeps of it; NotSupportedError for what is not there yet."""
        refuse(self, "webhook", "after_seconds", "feedback_keys", "strict_resume")
        kept = {
            "assistant_id", "input", "command", "config", "context", "stream_mode",
            "stream_subgraphs", "stream_resumable", "interrupt_before", "interrupt_after",
            "checkpoint", "checkpoint_id", "durability",
        }  # fmt: skip
        request = self.model_dump(include=kept, exclude_none=True)
        if self.checkpoint_during is not None and self.durability is None:
            request["durability"] = "async" if self.checkpoint_during else "exit"
        if self.command is not None:
            request["command"] = self.command.model_dump(exclude_unset=True)
        return request


def refuse(body: BaseModel, *fields: str) -> None:
    """Raise NotSupportedError where a body states one of these fields."""
    for field in fields:
        if getattr(body, field):
            raise NotSupportedError(f"{field} is not there yet; docs/agent-server.md lists what is")
