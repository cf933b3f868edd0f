"""One pace for all pods, counted in Redis. Imported only where there is one: it costs start-up."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable
from typing import cast

from pyrate_limiter import Rate, RateItem, RedisBucket
from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.budget import Deadline
from runtime.cache.patience import BYPASS_SECONDS, PATIENCE_SECONDS, within
from runtime.upstream.limiter import PodLimiter, no_turn

_JITTER = 0.2
"""Share of a wait that is added at random, so that the pods do not all come back at once."""

_log = logging.getLogger(__name__)


class FleetLimiter:
    """One limit for all pods, counted in Redis; without Redis, the pod's own at the same rate."""

    def __init__(self, upstream: str, requests_per_second: float, redis: Redis) -> None:
        """Count under a key of the upstream's own; the Redis client is closed by its owner."""
        self._upstream = upstream
        self._rate = Rate(1, round(1000 / requests_per_second))
        self._redis = redis
        self._bucket: RedisBucket | None = None
        self._pod = PodLimiter(upstream, requests_per_second)
        self._turn = asyncio.Lock()
        self._bypass_until = 0.0
        self.warning = ""

    async def acquire(self, deadline: Deadline) -> None:
        """Wait for a turn; raises UpstreamPaceError when the deadline comes first."""
        if not self._bypassed:
            try:
                async with asyncio.timeout(deadline.remaining_seconds()), self._turn:
                    await self._fleet_turn(deadline)
            except TimeoutError:
                raise no_turn(self._upstream) from None
            except (RedisError, OSError, _RedisSlowError) as error:
                self._bypass(error)
            else:
                self.warning = ""
                return
        await self._pod.acquire(deadline)

    @property
    def _bypassed(self) -> bool:
        return time.monotonic() < self._bypass_until

    async def _fleet_turn(self, deadline: Deadline) -> None:
        while True:
            if self._bypassed:
                raise _RedisSlowError("Redis is left alone for a moment")
            wait_seconds = await self._ask()
            if wait_seconds <= 0:
                return
            wait_seconds *= 1 + random.random() * _JITTER  # noqa: S311 - spreads load, no secret
            if wait_seconds > deadline.remaining_seconds():
                raise no_turn(self._upstream)
            await asyncio.sleep(wait_seconds)

    async def _ask(self) -> float:
        try:
            return await within(PATIENCE_SECONDS, self._take())
        except TimeoutError:
            raise _RedisSlowError(
                f"no answer from Redis within {PATIENCE_SECONDS * 1000:.0f} ms"
            ) from None

    async def _take(self) -> float:
        """Take a turn if there is one; else return the seconds until there may be."""
        bucket = self._bucket = self._bucket or await self._new_bucket()
        seconds, microseconds = await self._redis.time()
        item = RateItem("call", int(seconds) * 1000 + int(microseconds) // 1000)
        if await cast("Awaitable[bool]", bucket.put(item)):
            await cast("Awaitable[int]", bucket.leak(item.timestamp))
            return 0.0
        waiting = bucket.waiting(item)
        wait_ms = waiting if isinstance(waiting, int) else await waiting
        return max(wait_ms, 1) / 1000

    async def _new_bucket(self) -> RedisBucket:
        key = f"plumbline:pace:{self._upstream}"
        return await cast(
            "Awaitable[RedisBucket]", RedisBucket.init([self._rate], self._redis, key)
        )

    def _bypass(self, error: Exception) -> None:
        if self._bypassed:
            return
        self._bucket = None
        self._bypass_until = time.monotonic() + BYPASS_SECONDS
        if not self.warning:
            _log.warning("fleet limit of %s lost, using the pod's own: %s", self._upstream, error)
        # Answers tell it to anybody; a client's words name the host (SEC-03).
        told = error if isinstance(error, _RedisSlowError) else type(error).__name__
        self.warning = f"the fleet's rate limit is not reachable, this pod keeps its own: {told}"


class _RedisSlowError(Exception):
    """Redis answers too slowly to be asked."""
