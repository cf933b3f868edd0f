"""The checker: rounds in the background, and answers from what was found."""

import asyncio
from dataclasses import replace
from importlib.metadata import version

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from runtime.health import HealthStatus, OrchestratorHealthChecker, SystemHealth, severities
from runtime.observability import ResourceMetrics
from runtime.upstream.reachability import Reachability
from tests.runtime.health.parts import answer, healthy_parts
from tests.runtime.observability.clock import FakeClock
from tests.runtime.observability.limits import health_thresholds


async def test_the_overall_state_is_that_of_the_worst_check(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """A lost cache degrades the whole (HLT-01), and the report says when it was made."""
    lost = answer(reachable=False, reason="refused")
    report = await OrchestratorHealthChecker(healthy_parts(checkpointer, cache=lost)).check_health()
    assert report.status is HealthStatus.DEGRADED
    assert report.overall_response_time_ms > 0
    assert severities(report)["caching"] == 1
    assert severities(report)["configuration"] == 0


async def test_callers_during_a_round_share_it(checkpointer: AsyncSqliteSaver) -> None:
    """A herd of callers costs one round, and one that leaves does not end it for the others."""
    rounds = 0
    go_on = asyncio.Event()

    async def cache() -> Reachability:
        nonlocal rounds
        rounds += 1
        await go_on.wait()
        return await answer()()

    checker = OrchestratorHealthChecker(healthy_parts(checkpointer, cache=cache))
    callers = [asyncio.create_task(checker.check_health()) for _ in range(50)]
    await asyncio.sleep(0)
    callers.pop().cancel()
    go_on.set()
    reports = await asyncio.gather(*callers)
    assert rounds == 1
    assert all(report.status is HealthStatus.HEALTHY for report in reports)


async def test_rounds_run_in_the_background_and_report_themselves(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """Started, it checks by itself and tells who listens; stopped, it ends."""
    seen = asyncio.Queue[SystemHealth]()
    checker = OrchestratorHealthChecker(healthy_parts(checkpointer), on_round=seen.put_nowait)
    assert {check.message for check in checker.latest().checks} == {"not checked yet"}
    checker.start()
    report = await seen.get()
    await checker.stop()
    assert report.status is HealthStatus.HEALTHY
    assert checker.latest().status is HealthStatus.HEALTHY


async def test_stopping_during_a_round_ends_it(checkpointer: AsyncSqliteSaver) -> None:
    """A round that hangs does not keep the service from ending."""
    began = asyncio.Event()

    async def cache() -> Reachability:
        began.set()
        await asyncio.Event().wait()
        return await answer()()

    checker = OrchestratorHealthChecker(healthy_parts(checkpointer, cache=cache))
    checker.start()
    await began.wait()
    await checker.stop()
    assert checker.latest().status is HealthStatus.DEGRADED


async def test_a_result_turns_stale_right_above_the_limit(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """At stale_after_seconds a result counts, above it is degraded and says its age."""
    clock = FakeClock()
    checker = OrchestratorHealthChecker(healthy_parts(checkpointer), clock=clock)
    await checker.check_health()
    clock.advance(health_thresholds().stale_after_seconds)
    assert checker.latest().status is HealthStatus.HEALTHY
    assert checker.get_readiness_status()["ready"]
    clock.advance(0.001)
    report = checker.latest()
    assert report.status is HealthStatus.DEGRADED
    assert report.checks[0].message.startswith("stale, 30 s old: ")
    assert not checker.get_readiness_status()["ready"]


async def test_ready_only_once_the_database_was_seen(checkpointer: AsyncSqliteSaver) -> None:
    """Before the first round nothing is known, so no request is sent here (HLT-10)."""
    checker = OrchestratorHealthChecker(healthy_parts(checkpointer))
    before = checker.get_readiness_status()
    assert (before["ready"], before["status"]) == (False, "not_ready")
    assert before["error"] == "database_connectivity: not checked yet"
    await checker.check_health()
    after = checker.get_readiness_status()
    assert (after["ready"], after["status"]) == (True, "ready")
    assert after["version"] == version("plumbline")
    assert "error" not in after


async def test_checks_run_at_the_same_time(checkpointer: AsyncSqliteSaver) -> None:
    """Cache and resources wait for each other, and both end (HLT-02: concurrent)."""
    both = asyncio.Barrier(2)
    parts = healthy_parts(checkpointer)

    async def cache() -> Reachability:
        await both.wait()
        return await answer()()

    async def resources() -> ResourceMetrics:
        await both.wait()
        return await parts.resources()

    checker = OrchestratorHealthChecker(replace(parts, cache=cache, resources=resources))
    assert (await checker.check_health()).status is HealthStatus.HEALTHY


async def test_readiness_does_not_wait_for_the_slowest_check(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """Once the database answered, requests may come, whatever else is still being checked."""
    database_seen, go_on = asyncio.Event(), asyncio.Event()
    parts = healthy_parts(checkpointer)

    async def resources() -> ResourceMetrics:
        await go_on.wait()
        return await parts.resources()

    class WatchedSaver(AsyncSqliteSaver):
        async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
            found = await super().aget_tuple(config)
            database_seen.set()
            return found

    watched = WatchedSaver(checkpointer.conn)
    checker = OrchestratorHealthChecker(replace(parts, checkpointer=watched, resources=resources))
    round_ = asyncio.create_task(checker.check_health())
    await database_seen.wait()
    await asyncio.sleep(0)
    assert checker.get_readiness_status()["ready"]
    assert checker.latest().status is HealthStatus.DEGRADED
    go_on.set()
    await round_
    assert checker.latest().status is HealthStatus.HEALTHY


@pytest.mark.parametrize("flag", ["draining", "saturated"])
async def test_draining_and_saturation_end_readiness_at_once(
    checkpointer: AsyncSqliteSaver, flag: str
) -> None:
    """Both are asked at the moment of the probe (HLT-10, CON-23)."""
    raised = False
    parts = healthy_parts(checkpointer, **{flag: lambda: raised})
    checker = OrchestratorHealthChecker(parts)
    await checker.check_health()
    assert checker.get_readiness_status()["ready"]
    raised = True
    status = checker.get_readiness_status()
    assert (status["ready"], status["error"]) == (False, flag)


async def test_lost_upstreams_and_cache_do_not_end_readiness(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """Loss of what answers can do without degrades, and requests still come (HLT-12)."""
    lost = answer(reachable=False)
    checker = OrchestratorHealthChecker(
        healthy_parts(checkpointer, cache=lost, sources={"pubmed": lost})
    )
    assert (await checker.check_health()).status is HealthStatus.DEGRADED
    assert checker.get_readiness_status()["ready"]


async def test_a_lost_database_ends_readiness_but_not_life(
    checkpointer: AsyncSqliteSaver,
) -> None:
    """A closed store: not ready, alive (HLT-10)."""
    checker = OrchestratorHealthChecker(healthy_parts(checkpointer))
    await checkpointer.setup()
    await checkpointer.conn.close()
    await checker.check_health()
    assert "database_connectivity" in checker.get_readiness_status()["error"]
    assert checker.get_liveness_status()["alive"]


async def test_life_is_the_heartbeat_of_the_event_loop(checkpointer: AsyncSqliteSaver) -> None:
    """Uptime counts from the start; a loop without a beat for too long is not alive (HLT-10)."""
    clock = FakeClock()
    checker = OrchestratorHealthChecker(healthy_parts(checkpointer), clock=clock)
    clock.advance(health_thresholds().longest_pause_seconds)
    status = checker.get_liveness_status()
    assert status["alive"]
    assert status["uptime_seconds"] == health_thresholds().longest_pause_seconds
    assert status["loop_lag_ms"] > 0
    clock.advance(0.001)
    assert not checker.get_liveness_status()["alive"]
