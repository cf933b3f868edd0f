"""The tier in Redis: every failure of it is a miss, and a Redis that failed is left alone."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.cache.memory import Entry
from runtime.cache.patience import BYPASS_SECONDS, PATIENCE_SECONDS, within

_log = logging.getLogger(__name__)


class SharedTier:
    """Texts by key in a Redis that all pods share."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        """Keep everything under a prefix; the client is closed by its owner."""
        self._redis = redis
        self._prefix = prefix
        self._bypass_until = 0.0
        self.warning = ""
        """What is wrong with Redis; empty where nothing is."""

    async def get(self, key: str) -> Entry | None:
        """Return an entry; None where there is none, Redis fails, or the entry is not ours."""
        raw: object = await self._ask(lambda: self._redis.get(self._prefix + key))
        return _entry(raw) if isinstance(raw, (bytes, str)) else None

    async def put(self, key: str, entry: Entry, lifetime_seconds: float) -> None:
        """Keep an entry, where Redis takes it."""
        value = json.dumps({"stored_at": entry.stored_at, "text": entry.text})
        lifetime_ms = max(1, round(lifetime_seconds * 1000))
        await self._ask(lambda: self._redis.set(self._prefix + key, value, px=lifetime_ms))

    async def drop(self, key: str) -> None:
        """Forget one key, where Redis answers."""
        await self._ask(lambda: self._redis.delete(self._prefix + key))

    async def round_trip(self, timeout_seconds: float) -> str:
        """Write, read and compare a value; return what went wrong, empty for nothing."""
        key, value = f"{self._prefix}probe", str(time.monotonic_ns()).encode()
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._redis.set(key, value, px=round(BYPASS_SECONDS * 1000))
                read = await self._redis.get(key)
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            return self.warning
        self.warning, self._bypass_until = "", 0.0
        return "" if read is not None else "Redis forgets what it was given"

    async def _ask(self, command: Callable[[], Awaitable[object]]) -> object:
        if time.monotonic() < self._bypass_until:
            return None
        try:
            answer = await within(PATIENCE_SECONDS, _awaited(command))
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            return None
        self.warning = ""
        return answer

    def _fail(self, error: Exception) -> None:
        said = str(error) or f"no answer within {PATIENCE_SECONDS * 1000:.0f} ms"
        if not self.warning:
            _log.warning("cache: going on without Redis: %s", said)
        # Reports and answers tell it to anybody; a client's words name the host (SEC-03).
        told = type(error).__name__ if str(error) else said
        self.warning = f"Redis does not answer, results are not shared between pods: {told}"
        self._bypass_until = time.monotonic() + BYPASS_SECONDS


async def _awaited(command: Callable[[], Awaitable[object]]) -> object:
    return await command()


def _entry(raw: bytes | str) -> Entry | None:
    try:
        value = json.loads(raw)
        return Entry(text=str(value["text"]), stored_at=float(value["stored_at"]))
    except (ValueError, TypeError, KeyError):
        return None
