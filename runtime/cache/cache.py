"""Both tiers and single flight behind one interface."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from profiles.contract import PROJECT
from runtime.budget import Deadline
from runtime.cache.flight import Flights
from runtime.cache.memory import Entry, MemoryTier
from runtime.upstream.reachability import Reachability

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from runtime.cache.shared import SharedTier

_PREFIX = f"{PROJECT}:cache:1:"
"""Keys in Redis; the number goes up when what is stored changes its form."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(Generic[T]):
    """How one kind of value is cached."""

    lifetime_seconds: float
    """How long a value is good for."""
    dump: Callable[[T], str]
    """Value to text."""
    load: Callable[[str], T]
    """Text to value; raises ValueError for a text that is not one (it is then made anew)."""
    keep: Callable[[T], bool]
    """Whether a value may be cached; failures may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached(Generic[T]):
    """A value, and where it came from."""

    value: T
    """The value; an empty one is as good as any other."""
    hit: bool
    """Whether the cache had it."""
    age_seconds: float
    """Time since it was made; 0 for a fresh one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheStats:
    """Counts since the start."""

    hits: int = 0
    """Requests that the cache answered."""
    misses: int = 0
    """Requests that it did not."""
    poisoned: int = 0
    """Entries thrown away because they were not what they should be; counted as misses as well."""

    @property
    def hit_rate(self) -> float:
        """Share of hits; 0 where nothing was asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0


class Cache:
    """The cache of one process. Belongs to one event loop."""

    def __init__(self, memory: MemoryTier, redis: "Redis | None") -> None:
        """Put the tiers together; the Redis client is closed by its owner."""
        self.memory = memory
        self.stats = CacheStats()
        self._shared = _shared(redis) if redis is not None else None
        self._flights: Flights[Any] = Flights()

    @property
    def warning(self) -> str:
        """What is wrong with the shared tier; empty where nothing is."""
        return self._shared.warning if self._shared is not None else ""

    async def fetch(
        self,
        key: str,
        shape: Shape[T],
        deadline: Deadline,
        make: Callable[[], Coroutine[Any, Any, T]],
    ) -> Cached[T]:
        """Return the value under a key, made once however many ask for it at the same time."""
        found = await self.get(key, shape)
        if found is not None:
            return found

        async def made() -> T:
            value = await make()
            if shape.keep(value):
                await self.put(key, shape, value)
            return value

        value: T = await self._flights.run(key, deadline, made)
        return Cached(value=value, hit=False, age_seconds=0.0)

    async def get(self, key: str, shape: Shape[T]) -> Cached[T] | None:
        """Return a cached value; None for a miss."""
        entry = self.memory.get(key) or await self._from_shared(key, shape)
        value = await self._loaded(key, shape, entry) if entry is not None else None
        if entry is None or value is None:
            self.stats = replace(self.stats, misses=self.stats.misses + 1)
            return None
        self.stats = replace(self.stats, hits=self.stats.hits + 1)
        return replace(value, age_seconds=_age_seconds(entry))

    async def put(self, key: str, shape: Shape[T], value: T) -> None:
        """Keep a value in both tiers; a tier that fails keeps nothing and says so in `warning`."""
        entry = Entry(text=shape.dump(value), stored_at=time.time())
        self.memory.put(key, entry, shape.lifetime_seconds)
        if self._shared is not None:
            await self._shared.put(key, entry, shape.lifetime_seconds)

    async def probe(self, timeout_seconds: float) -> Reachability:
        """Write a value, read it back, and say how that went (HLT-07)."""
        started = time.monotonic()
        reason = "" if self._shared is None else await self._shared.round_trip(timeout_seconds)
        return Reachability(
            name="cache",
            reachable=not reason,
            reason=reason,
            latency_ms=(time.monotonic() - started) * 1000,
            breaker=None,
        )

    async def _from_shared(self, key: str, shape: Shape[T]) -> Entry | None:
        entry = await self._shared.get(key) if self._shared is not None else None
        if entry is None:
            return None
        left = shape.lifetime_seconds - _age_seconds(entry)
        if left <= 0:
            return None
        self.memory.put(key, entry, left)
        return entry

    async def _loaded(self, key: str, shape: Shape[T], entry: Entry) -> Cached[T] | None:
        try:
            value = shape.load(entry.text)
        except (ValueError, RecursionError) as error:
            _log.warning("cache: threw away the entry %s: %s", key, error)
            self.stats = replace(self.stats, poisoned=self.stats.poisoned + 1)
            self.memory.drop(key)
            if self._shared is not None:
                await self._shared.drop(key)
            return None
        return Cached(value=value, hit=True, age_seconds=0.0)


def _age_seconds(entry: Entry) -> float:
    return max(0.0, time.time() - entry.stored_at)


def cache_key(kind: str, *parts: object) -> str:
    """Return a key for a kind of value and everything that it depends on."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def _shared(redis: "Redis") -> "SharedTier":
    from runtime.cache.shared import SharedTier  # noqa: PLC0415  # imports Redis' client

    return SharedTier(redis, _PREFIX)
