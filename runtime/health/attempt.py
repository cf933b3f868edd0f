"""Runs one check: within its own time, and unable to end the round that it belongs to."""

import asyncio
import time
from datetime import UTC, datetime

from runtime.health.checks import Check, timeout_seconds
from runtime.health.log import told
from runtime.health.parts import HealthParts
from runtime.health.status import HealthCheck, Verdict


async def run_check(check: Check, parts: HealthParts) -> HealthCheck:
    """Run one check; one that raises or takes too long becomes a failed result."""
    allowed_seconds = timeout_seconds(check, parts)
    started = time.perf_counter()
    try:
        async with asyncio.timeout(allowed_seconds) as time_limit:
            verdict = await check.run(parts)
    except asyncio.CancelledError as error:
        if _is_being_cancelled():
            raise
        verdict = _failed(check, error, "")  # a part's own task was cancelled, not this round
    except Exception as error:  # any failure of a part is what the check is there to report
        late = f"no answer within {allowed_seconds * 1000:g} ms" if time_limit.expired() else ""
        verdict = _failed(check, error, late)
    return HealthCheck(
        name=check.name,
        status=verdict.status,
        message=verdict.message,
        response_time_ms=(time.perf_counter() - started) * 1000,
        details=verdict.details,
        checked_at=datetime.now(UTC),
    )


def _failed(check: Check, error: BaseException, late: str) -> Verdict:
    kind = type(error).__name__
    message = late or told(check.name, error)
    return Verdict(status=check.on_failure, message=message, details={"error": kind})


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
