"""The seven checks against real parts, whole and broken."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from structlog.testing import capture_logs

from runtime.health import HealthParts, HealthStatus
from runtime.health.attempt import run_check
from runtime.health.checks import CHECKS, timeout_seconds
from runtime.health.status import HealthCheck
from runtime.upstream.breaker import BreakerState
from runtime.upstream.reachability import Reachability
from tests.runtime.health.parts import answer, healthy_parts, http_probe, timed

SEVEN = [
    "basic_functionality",
    "graph_compilation",
    "database_connectivity",
    "external_apis",
    "caching",
    "resource_usage",
    "configuration",
]


async def checked(parts: HealthParts) -> dict[str, HealthCheck]:
    """Run all checks at the same time and return their results by name."""
    results = await asyncio.gather(*(run_check(check, parts) for check in CHECKS))
    return {check.name: check for check in results}


@asynccontextmanager
async def served(status: str, *, hang: bool = False) -> AsyncIterator[str]:
    """Serve one HTTP answer on loopback; yield the address."""
    release = asyncio.Event()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if hang:
            await release.wait()
        else:
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        release.set()


async def test_working_parts_are_healthy_in_all_seven_checks(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """Seven components, in their order, each healthy on real parts (HLT-02)."""
    results = await checked(healthy_parts(checkpointer))
    assert list(results) == SEVEN
    assert {check.status for check in results.values()} == {HealthStatus.HEALTHY}
    assert all(check.response_time_ms > 0 for check in results.values())


async def raising(*_: object) -> Any:
    """Fail as a part may."""
    message = "part is gone"
    raise ConnectionError(message)


def raising_now() -> Any:
    """Fail at once."""
    message = "does not compile"
    raise ValueError(message)


@pytest.mark.parametrize(
    ("component", "broken", "status"),
    [
        ("basic_functionality", {"graph": lambda: None}, HealthStatus.CRITICAL),
        ("basic_functionality", {"graph": raising_now}, HealthStatus.CRITICAL),
        ("graph_compilation", {"compile_graph": raising_now}, HealthStatus.CRITICAL),
        ("external_apis", {"sources": {"pubmed": raising}}, HealthStatus.DEGRADED),
        ("caching", {"cache": raising}, HealthStatus.DEGRADED),
        ("caching", {"cache": answer(reachable=False)}, HealthStatus.DEGRADED),
        ("resource_usage", {"resources": raising}, HealthStatus.DEGRADED),
    ],
)
async def test_one_broken_part_fails_its_own_check_alone(
    checkpointer: AsyncSqliteSaver, component: str, broken: dict[str, Any], status: HealthStatus
) -> None:
    """Exceptions are contained, named, and weigh as documented (HLT-02…07)."""
    results = await checked(healthy_parts(checkpointer, **broken))
    assert results[component].status is status
    others = [check.status for name, check in results.items() if name != component]
    assert set(others) == {HealthStatus.HEALTHY}


async def test_a_failed_check_names_the_exception_and_logs_its_words(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """SEC-03: the report, which anybody may read, has the kind; what the driver said is logged."""
    with capture_logs() as logged:
        results = await checked(healthy_parts(checkpointer, cache=raising))
    assert results["caching"].message == "ConnectionError; the log says more"
    assert results["caching"].details == {"error": "ConnectionError"}
    (told,) = [line for line in logged if line["event"] == "check_failed"]
    assert (told["component"], told["reason"]) == ("caching", "part is gone")


async def test_a_budget_of_zero_is_critical(checkpointer: AsyncSqliteSaver) -> None:
    """Without time for a run nothing works (HLT-03)."""
    parts = healthy_parts(checkpointer)
    graph = replace(parts.config.graph, node_timeout_ms=0, default_budget_ms=0)
    results = await checked(replace(parts, config=replace(parts.config, graph=graph)))
    assert results["basic_functionality"].status is HealthStatus.CRITICAL


async def test_a_closed_store_is_unhealthy(checkpointer: AsyncSqliteSaver) -> None:
    """The database check asks the production store itself: closed, it fails (HLT-05)."""
    await checkpointer.setup()
    await checkpointer.conn.close()
    results = await checked(healthy_parts(checkpointer))
    assert results["database_connectivity"].status is HealthStatus.UNHEALTHY
    assert "ValueError" in results["database_connectivity"].message


class SlowSaver(AsyncSqliteSaver):
    """A real store behind a slow network."""

    delay_seconds = 0.0

    async def aget_tuple(self, config: Any) -> CheckpointTuple | None:
        """Wait, then read."""
        await asyncio.sleep(self.delay_seconds)
        return await super().aget_tuple(config)


@pytest.mark.parametrize(
    ("delay_seconds", "timeout_seconds", "status"),
    [(0.05, 30.0, HealthStatus.DEGRADED), (60.0, 0.05, HealthStatus.UNHEALTHY)],
)
async def test_a_slow_store_degrades_and_a_hanging_one_is_lost(
    checkpointer: AsyncSqliteSaver,
    delay_seconds: float,
    timeout_seconds: float,
    status: HealthStatus,
) -> None:
    """Slow is told from lost, and neither keeps the round waiting (HLT-05)."""
    slow = SlowSaver(checkpointer.conn)
    slow.delay_seconds = delay_seconds
    parts = timed(
        healthy_parts(slow), check_timeout_seconds=timeout_seconds, database_degraded_ms=10
    )
    results = await checked(parts)
    assert results["database_connectivity"].status is status


def test_a_slow_database_can_be_told_from_a_lost_one_in_every_profile(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """The check waits longer than what counts as slow, also where the profile's times are equal."""
    parts = healthy_parts(checkpointer)
    (database,) = (check for check in CHECKS if check.name == "database_connectivity")
    degraded_ms = parts.config.thresholds.health.database_degraded_ms
    assert timeout_seconds(database, parts) * 1000 > degraded_ms


async def test_sources_are_reached_over_real_sockets(checkpointer: AsyncSqliteSaver) -> None:
    """Answering, failing, hanging and refusing servers are told apart in one check (HLT-06)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        refusing = f"http://127.0.0.1:{free.getsockname()[1]}/"
    async with (
        served("200 OK") as good,
        served("500 Oops") as bad,
        served("", hang=True) as mute,
        httpx.AsyncClient(trust_env=False, timeout=60) as client,
    ):
        addresses = {"good": good, "bad": bad, "mute": mute, "refusing": refusing}
        sources = {name: http_probe(client, url) for name, url in addresses.items()}
        parts = timed(healthy_parts(checkpointer, sources=sources), check_timeout_seconds=30)
        result = (await checked(parts))["external_apis"]
    assert result.status is HealthStatus.DEGRADED
    states = result.details["sources"]
    assert states["good"] == "reachable"
    assert states["bad"] == "500"
    assert states["mute"] == "no answer within 1000 ms"
    assert states["refusing"].startswith("ConnectError")


async def test_an_open_breaker_counts_as_lost(checkpointer: AsyncSqliteSaver) -> None:
    """A source that nothing is sent to is not healthy because it answered before (HLT-06)."""
    sources = {"pubmed": answer(breaker=BreakerState.OPEN, reason="failed 5 times")}
    result = (await checked(healthy_parts(checkpointer, sources=sources)))["external_apis"]
    assert result.message == "pubmed: circuit breaker open: failed 5 times"


async def test_a_part_whose_own_task_was_cancelled_fails_its_check(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """A stray cancellation inside a part must not end the round."""

    async def cancelled() -> Reachability:
        raise asyncio.CancelledError

    result = (await checked(healthy_parts(checkpointer, cache=cancelled)))["caching"]
    assert result.status is HealthStatus.DEGRADED
