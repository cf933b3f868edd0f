"""Checks the service's health in the background and answers from what was found."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from runtime.health.attempt import run_check
from runtime.health.checks import CHECKS, Check, database_connectivity
from runtime.health.heartbeat import LoopHeartbeat
from runtime.health.parts import HealthParts
from runtime.health.release import package_version
from runtime.health.results import Results
from runtime.health.status import HealthStatus, SystemHealth, worst
from runtime.observability.periodic import Periodic


class OrchestratorHealthChecker:
    """The health of one process.

    HLT-11 asks for one checker a process whose uptime begins with it. The application makes it
    at start and keeps it in its state: one to a process, and yet none shared between tests.
    """

    def __init__(
        self,
        parts: HealthParts,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_round: Callable[[SystemHealth], None] | None = None,
    ) -> None:
        """Take the parts; `on_round` is told of every round's report (for the metrics)."""
        health = parts.config.thresholds.health
        self._parts = parts
        self._clock = clock
        self._on_round = on_round
        self._started = clock()
        self._alive_within_seconds = health.longest_pause_seconds
        self._results = Results(health.stale_after_seconds, clock)
        self._round_ms = 0.0
        self._round: asyncio.Task[SystemHealth] | None = None
        self._heartbeat = LoopHeartbeat(health.loop_pause_seconds, clock)
        self._background = Periodic("health", self.check_health, health.check_interval_seconds)

    def start(self) -> None:
        """Start the rounds and the heartbeat in the running event loop."""
        self._heartbeat.start()
        self._background.start()

    async def stop(self) -> None:
        """Stop both, and a round that still runs."""
        await self._background.stop()
        await self._heartbeat.stop()
        if self._round is not None and not self._round.done():
            self._round.cancel()
            await asyncio.wait([self._round])

    async def check_health(self) -> SystemHealth:
        """Run a round now and return its report; callers during a round share it (HLT-02)."""
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._run_round(), name="health round")
        # Shielded: a caller that leaves must not end the round of the others.
        return await asyncio.shield(self._round)

    def latest(self) -> SystemHealth:
        """Return the report of the latest results; one that is too old counts as degraded."""
        checks = tuple(self._results.judged(check.name) for check in CHECKS)
        return SystemHealth(
            status=worst(check.status for check in checks),
            checks=checks,
            overall_response_time_ms=self._round_ms,
            timestamp=datetime.now(UTC),
        )

    def get_readiness_status(self) -> dict[str, Any]:
        """Return whether to send requests here: from what is known, without asking (HLT-10)."""
        problems = self._problems()
        status = {
            "ready": not problems,
            "status": "not_ready" if problems else "ready",
            "timestamp": datetime.now(UTC).isoformat(),
            "version": package_version(),
        }
        return {**status, "error": "; ".join(problems)} if problems else status

    def get_liveness_status(self) -> dict[str, Any]:
        """Return whether the event loop still turns; no dependency has a say (HLT-10)."""
        alive = self._heartbeat.age_seconds() <= self._alive_within_seconds
        return {
            "alive": alive,
            "status": "alive" if alive else "not_alive",
            "timestamp": datetime.now(UTC).isoformat(),
            "uptime_seconds": round(self.uptime_seconds, 3),
            "loop_lag_ms": round(self._heartbeat.lag_ms(), 1),
        }

    @property
    def uptime_seconds(self) -> float:
        """Time since the checker was made, in seconds."""
        return self._clock() - self._started

    async def _run_round(self) -> SystemHealth:
        began = time.perf_counter()
        await asyncio.gather(*(self._run(check) for check in CHECKS))
        self._round_ms = (time.perf_counter() - began) * 1000
        report = self.latest()
        if self._on_round is not None:
            self._on_round(report)
        return report

    async def _run(self, check: Check) -> None:
        # Kept at once: readiness must not wait for the slowest check of the first round.
        self._results.keep(await run_check(check, self._parts))

    def _problems(self) -> list[str]:
        name = database_connectivity.__name__
        database = self._results.judged(name)
        usable = database.status in (HealthStatus.HEALTHY, HealthStatus.DEGRADED)
        found = {
            "draining": self._parts.draining(),
            f"{name}: {database.message}": not (usable and self._results.is_fresh(name)),
            "saturated": self._parts.saturated(),
        }
        return [problem for problem, holds in found.items() if holds]
