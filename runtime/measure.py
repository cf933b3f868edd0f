"""What is measured of a run and of a node's call, and who takes it down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class CacheOutcome(StrEnum):
    """Whether a call was answered from the cache."""

    HIT = "hit"
    MISS = "miss"


class RunStatus(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    PARTIAL = "partial"
    ERROR = "error"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSample:
    """One call of one node."""

    node: str
    """Name of the node."""
    duration_ms: float
    """Time that the call took, in ms."""
    failed: bool
    """Whether its work failed (a source that failed, a node that raised)."""
    cache: CacheOutcome | None
    """Whether the cache answered; None for a node without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSample:
    """One run of the graph."""

    graph: str
    """Name of the graph."""
    duration_ms: float
    """Time from the request's arrival to its answer, in ms."""
    status: RunStatus
    """How it ended."""


class Recorder(Protocol):
    """Takes samples down; must be cheap and never raise."""

    def node(self, sample: NodeSample) -> None:
        """Take one node's call down."""

    def run(self, sample: RunSample) -> None:
        """Take one run down."""
