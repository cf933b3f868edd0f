"""Sends the load: so many callers, each with one request at a time, until a bound is met."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator

import httpx

from runtime.errors import ServiceError
from runtime.load_test.plan import Plan
from runtime.load_test.result import Ending, LoadResult, load_result
from runtime.load_test.shot import NO_CONNECTION, Shot, shoot

OnShot = Callable[[Shot], None]
"""Told of each request that counts, when it has ended."""


class UnreachableError(ServiceError):
    """Nothing takes requests at the address."""


async def load_test(plan: Plan, on_shot: OnShot = lambda _: None) -> LoadResult:
    """Return what a service does under this load.

    Cancellation ends the test; what was measured until then is returned. Raises UnreachableError
    where not one request of the warm-up found a connection.
    """
    shots: list[Shot] = []

    def keep(shot: Shot) -> None:
        shots.append(shot)
        on_shot(shot)

    # A proxy of the environment would be loaded in the service's place.
    async with httpx.AsyncClient(
        base_url=plan.target.url,
        headers={"Content-Type": "application/json", **plan.target.headers},
        timeout=plan.timeout_seconds,
        limits=httpx.Limits(max_connections=plan.concurrency),
        trust_env=False,
    ) as client:
        try:
            ended_by = await _whole(client, plan, keep)
        except asyncio.CancelledError:
            ended_by = "interrupted"
    return load_result(plan, shots, ended_by)


async def _whole(client: httpx.AsyncClient, plan: Plan, keep: OnShot) -> Ending:
    """Warm up and measure; return what ended it."""
    deadline = time.perf_counter() + plan.seconds
    bodies = itertools.cycle(json.dumps(body).encode() for body in plan.target.bodies)
    seen: list[Shot] = []
    warm_up = _until(deadline, itertools.islice(bodies, plan.warm_up))
    await _callers(client, plan, warm_up, seen.append)
    if seen and all(shot.error == NO_CONNECTION for shot in seen):
        raise UnreachableError(
            f"no service answers at {plan.target.url} ({seen[0].detail}); start one with "
            "`orchestrator serve`"
        )
    left = itertools.islice(bodies, plan.requests)
    await _callers(client, plan, _until(deadline, left), keep)
    return "requests" if next(left, None) is None else "time"


def _until(deadline: float, left: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bodies that are left, while there is time."""
    while time.perf_counter() < deadline and (body := next(left, None)) is not None:
        yield body


async def _callers(
    client: httpx.AsyncClient, plan: Plan, bodies: Iterator[bytes], keep: OnShot
) -> None:
    async def call() -> None:
        for body in bodies:
            keep(await shoot(client, plan.target.path, body))

    async with asyncio.TaskGroup() as group:
        for _ in range(plan.concurrency):
            group.create_task(call())
