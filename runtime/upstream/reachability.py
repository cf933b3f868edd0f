"""What a probe found out, as the health checks read it."""

from dataclasses import dataclass

from runtime.upstream.breaker import BreakerState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """Whether one dependency answers."""

    name: str
    """The dependency."""
    reachable: bool
    """Whether it answered, now or a moment ago."""
    reason: str
    """What is wrong, or worth a warning; empty otherwise."""
    latency_ms: float
    """Time that the answer took, in ms; 0 where an earlier answer was taken."""
    breaker: BreakerState | None
    """State of its circuit breaker; None for a dependency without one."""
