"""The real parts of the service that the checks look at, handed in by whoever starts it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from profiles.service import ServiceConfig
from runtime.observability.resources import ResourceMetrics
from runtime.upstream.reachability import Reachability

Probe = Callable[[], Awaitable[Reachability]]
"""Asks a dependency for next to nothing, or remembers that it answered a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthParts:
    """The parts."""

    config: ServiceConfig
    """What the stack tells the service; the thresholds of the checks among it."""
    graph: Callable[[], object | None]
    """Gives the compiled graph that answers runs; None where there is none."""
    compile_graph: Callable[[], object]
    """Compiles the graph anew with the production checkpointer; raises where that fails."""
    checkpointer: BaseCheckpointSaver[Any]
    """The production store of the checkpoints."""
    sources: Mapping[str, Probe]
    """Probes of the sources of evidence, by name; none where no registered graph asks them."""
    cache: Probe
    """Writes a value into the cache and reads it back."""
    resources: Callable[[], Awaitable[ResourceMetrics]]
    """Gives the latest sample of what the process uses (`ResourceSampler.current`)."""
    draining: Callable[[], bool]
    """Whether the service was told to end."""
    saturated: Callable[[], bool]
    """Whether the service would refuse another run."""
