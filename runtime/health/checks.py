"""The seven checks: each looks at one part and returns a verdict, or raises (HLT-03…09)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig

from runtime.health.log import told
from runtime.health.parts import HealthParts, Probe
from runtime.health.status import HealthStatus, Verdict
from runtime.health.verdicts import (
    caching_verdict,
    configuration_verdict,
    database_verdict,
    external_verdict,
    resource_verdict,
)
from runtime.upstream.breaker import BreakerState

HEALTH_THREAD: RunnableConfig = {"configurable": {"thread_id": "health-check", "checkpoint_ns": ""}}
"""Thread whose state the database check reads (HLT-12); nothing ever writes it."""

PROBE_SHARE = 0.8
"""Share of a check's time that its probes may take, so that it can still name who was slow."""

DATABASE_PATIENCE = 2.0
"""Multiple of the degraded round trip after which the database counts as lost, not as slow."""


async def basic_functionality(parts: HealthParts) -> Verdict:
    """Look whether there is a graph, and time for it to run (HLT-03)."""
    budget_ms = parts.config.graph.default_budget_ms
    details = {"graph": parts.graph() is not None, "default_budget_ms": budget_ms}
    if parts.graph() is None:
        return Verdict(status=HealthStatus.CRITICAL, message="no graph is loaded", details=details)
    if budget_ms <= 0:
        message = f"default_budget_ms {budget_ms} must exceed 0"
        return Verdict(status=HealthStatus.CRITICAL, message=message, details=details)
    message = f"graph loaded, {budget_ms} ms for a run"
    return Verdict(status=HealthStatus.HEALTHY, message=message, details=details)


async def graph_compilation(parts: HealthParts) -> Verdict:
    """Compile the graph with the production checkpointer, off the event loop (HLT-04)."""
    await asyncio.to_thread(parts.compile_graph)
    saver = type(parts.checkpointer).__name__
    return Verdict(status=HealthStatus.HEALTHY, message=f"compiles with {saver}")


async def database_connectivity(parts: HealthParts) -> Verdict:
    """Read from the production store and time it (HLT-05)."""
    started = time.perf_counter()
    await parts.checkpointer.aget_tuple(HEALTH_THREAD)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return database_verdict(elapsed_ms, parts.config.thresholds.health)


async def external_apis(parts: HealthParts) -> Verdict:
    """Reach all sources at once, each within its own time (HLT-06)."""
    health, upstreams = parts.config.thresholds.health, parts.config.upstreams
    allowed_seconds = min(
        health.check_timeout_seconds * PROBE_SHARE, upstreams.probe_timeout_ms / 1000
    )
    names = tuple(parts.sources)
    failures = await asyncio.gather(
        *(_failure(probe, allowed_seconds) for probe in parts.sources.values())
    )
    return external_verdict(dict(zip(names, failures, strict=True)))


async def caching(parts: HealthParts) -> Verdict:
    """Write a value into the cache and read it back (HLT-07)."""
    return caching_verdict(await parts.cache(), parts.config.cache.mode)


async def resource_usage(parts: HealthParts) -> Verdict:
    """Hold the latest sample of CPU and memory against the bands (HLT-08)."""
    return resource_verdict(await parts.resources(), parts.config.thresholds.health)


async def configuration(parts: HealthParts) -> Verdict:
    """Hold the settings without which nothing runs against zero (HLT-09)."""
    return configuration_verdict(parts.config)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check."""

    run: Callable[[HealthParts], Awaitable[Verdict]]
    """The check; its name is the component's."""
    on_failure: HealthStatus
    """Status of a component whose check raises or does not end in time."""
    component_type: str
    """Type of the component in health+json: `component`, `datastore` or `system`."""

    @property
    def name(self) -> str:
        """Name of the component."""
        return self.run.__name__


CHECKS = (
    Check(run=basic_functionality, on_failure=HealthStatus.CRITICAL, component_type="component"),
    Check(run=graph_compilation, on_failure=HealthStatus.CRITICAL, component_type="component"),
    Check(run=database_connectivity, on_failure=HealthStatus.UNHEALTHY, component_type="datastore"),
    Check(run=external_apis, on_failure=HealthStatus.DEGRADED, component_type="component"),
    Check(run=caching, on_failure=HealthStatus.DEGRADED, component_type="datastore"),
    Check(run=resource_usage, on_failure=HealthStatus.DEGRADED, component_type="system"),
    Check(run=configuration, on_failure=HealthStatus.UNHEALTHY, component_type="component"),
)
"""The seven, in the order in which reports show them."""


def timeout_seconds(check: Check, parts: HealthParts) -> float:
    """Return the most that the check may take, in seconds."""
    health = parts.config.thresholds.health
    if check.run is not database_connectivity:
        return health.check_timeout_seconds
    # At the bare timeout a slow database could never be told from a lost one.
    patience = DATABASE_PATIENCE * health.database_degraded_ms / 1000
    return max(health.check_timeout_seconds, patience)


async def _failure(probe: Probe, allowed_seconds: float) -> str:
    """Return why the source cannot be used; empty where it can."""
    try:
        async with asyncio.timeout(allowed_seconds) as time_limit:
            found = await probe()
    except Exception as error:  # whatever a source's client raises, it is this source's state
        if time_limit.expired():
            return f"no answer within {allowed_seconds * 1000:g} ms"
        return told(external_apis.__name__, error)
    if found.breaker is BreakerState.OPEN:
        return f"circuit breaker open: {found.reason}"
    return "" if found.reachable else found.reason or "unreachable"
