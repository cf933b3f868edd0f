"""Real parts for the checks: an SQLite store, a compiled graph, probes over loopback."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypedDict, cast

import httpx
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph

from runtime.health import HealthParts
from runtime.observability import ResourceMetrics
from runtime.upstream.breaker import BreakerState
from runtime.upstream.reachability import Reachability
from tests.runtime.observability.limits import embedded_config


class State(TypedDict):
    """The least that a graph needs."""

    question: str


def builder() -> StateGraph[State]:
    """Return a graph of one node."""
    graph = StateGraph(State)
    graph.add_node("parse_frame", lambda state: state)
    graph.add_edge(START, "parse_frame")
    graph.add_edge("parse_frame", END)
    return graph


def answer(
    *, reachable: bool = True, reason: str = "", breaker: BreakerState | None = None
) -> Callable[[], Awaitable[Reachability]]:
    """Return a probe that finds this."""

    async def probe() -> Reachability:
        return Reachability(
            name="part", reachable=reachable, reason=reason, latency_ms=1.0, breaker=breaker
        )

    return probe


def http_probe(client: httpx.AsyncClient, url: str) -> Callable[[], Awaitable[Reachability]]:
    """Return a probe that asks a server over a socket, and raises what its client raises."""

    async def probe() -> Reachability:
        response = await client.get(url)
        return await answer(reachable=response.is_success, reason=str(response.status_code))()

    return probe


def usage(
    cpu_percent: float = 5.0, memory_percent: float = 5.0, disk_percent: float = 5.0
) -> ResourceMetrics:
    """Return a sample of a nearly idle process."""
    return ResourceMetrics(
        cpu_percent=cpu_percent,
        memory_percent=memory_percent,
        memory_mb=100.0,
        disk_io_read_mb=0.0,
        disk_io_write_mb=0.0,
        disk_percent=disk_percent,
        network_io_sent_mb=0.0,
        network_io_recv_mb=0.0,
        open_connections=0,
        active_threads=1,
    )


async def idle() -> ResourceMetrics:
    """Give that sample as the sampler does."""
    return usage()


def healthy_parts(checkpointer: BaseCheckpointSaver[Any], **changes: Any) -> HealthParts:
    """Return parts that all work, but for the changes."""
    parts = HealthParts(
        config=embedded_config(),
        graph=lambda: builder().compile(checkpointer=checkpointer),
        compile_graph=lambda: builder().compile(checkpointer=checkpointer),
        checkpointer=checkpointer,
        sources={"pubmed": answer(), "ctgov": answer(), "rag": answer()},
        cache=answer(),
        resources=idle,
        draining=lambda: False,
        saturated=lambda: False,
    )
    return replace(parts, **changes)


def timed(parts: HealthParts, **times: float) -> HealthParts:
    """Return the parts with other times in the health thresholds."""
    config, changes = parts.config, cast("dict[str, Any]", times)
    health = replace(config.thresholds.health, **changes)
    thresholds = replace(config.thresholds, health=health)
    return replace(parts, config=replace(config, thresholds=thresholds))
