"""What is asked of runs, as the official client sends it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from profiles.execution import Priority
from runtime.api.agent.body import LONGEST_LIST, Body, Checkpoint, Metadata, refuse
from runtime.execution.run import Json, Strategy, Which
from runtime.execution.stream import modes_of, unknown_modes


def _known(asked: str | list[str]) -> str | list[str]:
    if unknown := unknown_modes(modes_of({"stream_mode": asked})):
        raise ValueError(f"there is no stream mode {unknown[0]!r}")
    return asked


_LONGEST_WAIT_SECONDS = 366 * 86400
"""Furthest that a run may be planned ahead: a leap year, which keeps a typing error out."""

StreamModes = Annotated[str | list[str], AfterValidator(_known)]
"""One stream mode or several."""

Nodes = Literal["*"] | list[str]
"""Nodes by name, or all."""


RunField = Literal[
    "run_id", "thread_id", "assistant_id", "created_at", "updated_at", "status", "metadata",
    "kwargs", "multitask_strategy", "cancel_reason",
]  # fmt: skip
"""Field of a run."""


class Config(BaseModel):
    """LangChain's config; what else a client has in it is not looked at."""

    configurable: Json = Field(default_factory=dict)
    metadata: Json = Field(default_factory=dict)
    tags: list[str] = Field(default_factory=list)
    recursion_limit: Annotated[int, Field(ge=1)] | None = None


class Send(Body):
    """A node to go to, with an input of its own."""

    node: str
    input: Any = None


class Command(Body):
    """What a graph is told instead of an input."""

    resume: Any = None
    update: Any = None
    goto: str | Send | list[str | Send] | None = None


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
    multitask_strategy: Strategy = "enqueue"
    if_not_exists: Literal["create", "reject"] = "reject"
    on_disconnect: Literal["cancel", "continue"] = "continue"
    on_completion: Literal["delete", "keep"] = "delete"
    priority: Priority | None = None
    langsmith_tracer: Any = None
    webhook: Any = None
    after_seconds: Annotated[float, Field(ge=0, le=_LONGEST_WAIT_SECONDS)] = 0.0
    feedback_keys: Any = None
    strict_resume: bool = False

    def request(self) -> Json:
        """Return what the run's row keeps of it; NotSupportedError for what is not there yet."""
        refuse(self, "webhook", "feedback_keys")
        kept = {
            "assistant_id", "input", "command", "config", "context", "stream_mode",
            "stream_subgraphs", "stream_resumable", "interrupt_before", "interrupt_after",
            "checkpoint", "checkpoint_id", "durability", "strict_resume",
        }  # fmt: skip
        request = self.model_dump(include=kept, exclude_none=True)
        if self.checkpoint_during is not None and self.durability is None:
            request["durability"] = "async" if self.checkpoint_during else "exit"
        if self.command is not None:
            request["command"] = self.command.model_dump(exclude_unset=True)
        return request


class RunsCancel(Body):
    """Which runs are to be cancelled: some of a thread, or all in a status."""

    thread_id: UUID | None = None
    run_ids: Annotated[list[UUID], Field(min_length=1, max_length=LONGEST_LIST)] | None = None
    status: Literal["pending", "running", "all"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "RunsCancel":
        named = self.thread_id is not None and self.run_ids is not None
        if named == (self.status is not None) or (self.thread_id is None) != (self.run_ids is None):
            raise ValueError("state either thread_id and run_ids, or status")
        return self

    def which(self) -> Which:
        """Return what is meant."""
        if self.run_ids is None:
            return Which(status=self.status or "all")
        return Which(
            thread_id=str(self.thread_id), run_ids=tuple(str(each) for each in self.run_ids)
        )
