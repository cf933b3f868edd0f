"""A run and a thread, as their rows say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from runtime.execution.ttl import Ttl

Json = dict[str, Any]
"""A JSON object."""

Strategy = Literal["reject", "enqueue", "interrupt", "rollback"]
"""What becomes of a new run on a thread whose last run has not ended."""

Action = Literal["interrupt", "rollback"]
"""How a run is cancelled: it ends and stays, or goes with all that it left."""

CANCELLED = "cancelled"
"""Reason of a run that was ended by its caller."""


class RunState(StrEnum):
    """Where a run is."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing happens to the run any more."""
        return self not in {RunState.PENDING, RunState.RUNNING}


class ThreadState(StrEnum):
    """What a thread waits for."""

    IDLE = "idle"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run that is asked for."""

    run_id: str
    """Its UUID."""
    thread_id: str
    """Thread that it moves."""
    owner: str
    """Who asks; the thread must be theirs."""
    graph: str
    """Name of the registered graph."""
    request: Json
    """What it is given: input or command, config, context, stream modes and so on."""
    metadata: Json
    """What the caller says about it."""
    priority: int
    """The higher is taken first."""
    timeout_seconds: float
    """Time from now after which it ends as a timeout."""
    strategy: Strategy = "enqueue"
    """What to do where the thread is busy."""
    after_seconds: float = 0.0
    """Time from now before which no worker takes it."""
    makes_thread: bool = False
    """Whether the thread's name was made for it: nobody can have kept anything under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A worker that has a place free: it begins a run at once where nobody waits before it."""

    holder: str
    """The worker."""
    lease_seconds: float
    """How long it holds a run without a heartbeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A row of `runs`. Times are the database's, in seconds since 1970."""

    seq: int
    """Order of creation."""
    run_id: str
    """Its UUID."""
    thread_id: str
    """Thread that it moves."""
    owner: str
    """Whose it is."""
    graph: str
    """Name of the registered graph."""
    status: RunState
    """Where it is."""
    request: Json
    """What it was given."""
    metadata: Json
    """What the caller says about it."""
    strategy: Strategy
    """What it did where the thread was busy."""
    priority: int
    """The higher is taken first."""
    attempts: int
    """Workers that took it; one that gave it back in order does not count."""
    token: int
    """Fencing token: each worker that takes the run gets a higher one."""
    holder: str | None
    """Worker that holds it."""
    lease_until: float | None
    """When that worker counts as dead."""
    cancel: bool
    """Whether a caller asked to end it while it ran."""
    followed: bool
    """Whether somebody listens in another process than the one that works on it."""
    error: Json | None
    """`error` and `message` of a run that did not end well."""
    result: Any
    """What it gave; None before its end."""
    created_at: float
    """When it was asked for."""
    updated_at: float
    """When the row last changed."""
    started_at: float | None
    """When a worker first took it."""
    ended_at: float | None
    """When it ended."""
    deadline_at: float
    """When it ends as a timeout."""
    not_before: float | None
    """When it may begin; None for at once."""
    now: float
    """The database's time at which the row was read."""
    damaged: tuple[str, ...] = ()
    """Columns whose JSON cannot be read; they are empty here."""

    @property
    def waited_seconds(self) -> float:
        """How long it has waited since it might begin."""
        return max(0.0, self.now - max(self.created_at, self.not_before or 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a worker saw a run end."""

    status: RunState
    """Its last status."""
    thread: ThreadState
    """What the thread waits for now."""
    result: Any = None
    """What it gave."""
    error: Json | None = None
    """`error` and `message`, where it did not end well."""


ON_REQUEST = Ended(
    status=RunState.INTERRUPTED,
    thread=ThreadState.IDLE,
    error={"error": CANCELLED, "message": "on request"},
)
"""End of a run that its caller cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A row of `threads`. Times are the database's, in seconds since 1970."""

    thread_id: str
    """Its UUID."""
    owner: str
    """Whose it is."""
    metadata: Json
    """What the caller says about it, and the graph that last moved it."""
    status: ThreadState
    """What it waits for; busy while a run on it has not ended."""
    temporary: bool
    """Whether it is removed after its run."""
    ttl: Ttl | None
    """How long it stays; None for as long as the profile keeps threads."""
    created_at: float
    """When it was made."""
    updated_at: float
    """When it last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a listing is wanted."""

    limit: int = 10
    """Most entries."""
    offset: int = 0
    """Entries to skip."""
    status: str | None = None
    """Only those with this status."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Only those whose metadata contain these."""
    filters: Mapping[str, Any] | None = None
    """Those whose metadata contain these, whosever they are; None for the owner's own."""
    ids: tuple[str, ...] = ()
    """Only these; none names all."""
    sort_by: str = "created_at"
    """Column that orders them."""
    ascending: bool = False
    """Whether the least comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which runs under way are meant."""

    status: Literal["pending", "running", "all"] = "all"
    """Those that wait, those that run, or both."""
    thread_id: str | None = None
    """Only those of this thread."""
    run_ids: tuple[str, ...] | None = None
    """Only these."""

    def condition(self) -> tuple[str, dict[str, str]]:
        """Return the condition of a statement, and its values."""
        states = ("pending", "running") if self.status == "all" else (self.status,)
        parts = [f"status IN ({', '.join(repr(state) for state in states)})"]
        values = {}
        if self.thread_id is not None:
            parts.append("thread_id = :thread_id")
            values["thread_id"] = self.thread_id
        if self.run_ids is not None:
            named = {f"run{number}": run_id for number, run_id in enumerate(self.run_ids)}
            parts.append(f"run_id IN ({', '.join(f':{name}' for name in named)})")
            values |= named
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What callers elsewhere want of the runs that a worker holds."""

    ended: tuple[str, ...]
    """Runs to end."""
    followed: tuple[str, ...]
    """Runs whose events they wait for."""
