"""How often a caller may call: a sliding window, shared through Redis where there is one.

The window is counted, not listed: what a caller asked for in the window before counts for the part
of it that is not over. Whoever has used it up gets requests back one by one.
"""

import math
import time

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from pydantic import SecretStr

from profiles.api import Api
from runtime.cache.patience import BYPASS_SECONDS, within
from runtime.errors import RateLimitError

_PATIENCE_SECONDS = 0.25
"""Most that a request waits to be counted in Redis: what a slow one may take on a busy node."""

_log = structlog.get_logger(__name__)


class CallerLimiter:
    """Counts the requests of each caller (SEC-01, CFG-08)."""

    def __init__(self, api: Api, redis_url: SecretStr | None, connections: int) -> None:
        """Count in Redis for all processes, or in this one."""
        window = api.rate_limit_window_seconds
        self._asking = RateLimitItemPerSecond(api.rate_limit_requests, window)
        # Of a namespace of its own: both limits count the same callers.
        self._polling = RateLimitItemPerSecond(api.poll_limit_requests, window, namespace="POLLING")
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = _redis(redis_url, connections) if redis_url else None
        self._bypass_until = 0.0

    async def take(self, caller: str, *, polls: bool = False) -> None:
        """Count one request; RateLimitError, with the time to wait, when the window is full.

        What only looks (`polls`) is counted apart: who waits for a run uses up no runs by it.
        """
        limit = self._polling if polls else self._asking
        if self._shared is None or time.monotonic() < self._bypass_until:
            await self._take(self._local, limit, caller)
            return
        try:
            await within(_PATIENCE_SECONDS, self._take(self._shared, limit, caller))
        except (StorageError, TimeoutError):
            # Without Redis each process counts for itself: a lost cache must not refuse callers,
            # and one that hangs must not hold them.
            _log.warning("rate_limit_store_lost")
            self._bypass_until = time.monotonic() + BYPASS_SECONDS
            await self._take(self._local, limit, caller)

    async def _take(
        self, limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItemPerSecond, caller: str
    ) -> None:
        if await limiter.hit(limit, caller):
            return
        window = await limiter.get_window_stats(limit, caller)
        raise RateLimitError(
            f"{limit.amount} requests in {limit.get_expiry()} s are used up; "
            "Retry-After says when the next one is free",
            retry_after_seconds=max(1, math.ceil(window.reset_time - time.time())),
        )


def _redis(url: SecretStr, connections: int) -> SlidingWindowCounterRateLimiter:
    from runtime.cache.pool import redis_pool  # noqa: PLC0415  # a service without one starts faster

    address = url.get_secret_value()
    storage = RedisStorage(
        f"async+{address}",
        wrap_exceptions=True,
        implementation="redispy",
        connection_pool=redis_pool(address, connections),  # type: ignore[arg-type]  # as documented
    )
    return SlidingWindowCounterRateLimiter(storage)
