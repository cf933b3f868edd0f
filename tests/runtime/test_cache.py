"""The cache: tiers, single flight, and what it does when Redis fails."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from runtime.budget import Deadline
from runtime.cache.cache import Cache, Shape, cache_key
from runtime.cache.memory import Entry, MemoryTier
from tests.runtime.upstream.conftest import redis_process, redis_url

__all__ = ["redis_process", "redis_url"]

SHAPE: Shape[list[int]] = Shape(
    lifetime_seconds=3600,
    dump=json.dumps,
    load=lambda text: [int(number) for number in json.loads(text)],
    keep=lambda value: value != [-1],
)
LONG = Deadline(at_seconds=time.monotonic() + 3600)


def memory(entries: int = 10, size_bytes: int = 1000) -> MemoryTier:
    """Return a small tier."""
    return MemoryTier(entries=entries, size_bytes=size_bytes, lifetime_seconds=60)


class Maker:
    """Makes a value and counts how often."""

    def __init__(self, value: list[int]) -> None:
        self.value = value
        self.made = 0
        self.ended = 0

    async def __call__(self) -> list[int]:
        """Make it, with a pause in which others can ask."""
        self.made += 1
        try:
            await asyncio.sleep(0.05)
        finally:
            self.ended += 1
        return self.value


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator["Redis"]:
    """Give a client of a Redis of the test's own."""
    async with Redis.from_url(redis_url) as client:
        await client.ping()
        yield client


async def test_a_value_is_made_once_and_then_found() -> None:
    """CCH-01: the in-process tier answers."""
    cache, make = Cache(memory(), None), Maker([1, 2])
    first = await cache.fetch("k", SHAPE, LONG, make)
    second = await cache.fetch("k", SHAPE, LONG, make)
    assert (first.hit, second.hit, second.value, make.made) == (False, True, [1, 2], 1)
    assert (cache.stats.hits, cache.stats.misses, cache.stats.hit_rate) == (1, 1, 0.5)


async def test_an_empty_value_counts_as_a_hit() -> None:
    """CCH-02: nothing found is something known."""
    cache, make = Cache(memory(), None), Maker([])
    await cache.fetch("k", SHAPE, LONG, make)
    assert (await cache.fetch("k", SHAPE, LONG, make)).hit


async def test_what_may_not_be_kept_is_made_again() -> None:
    """Failures are never cached."""
    cache, make = Cache(memory(), None), Maker([-1])
    await cache.fetch("k", SHAPE, LONG, make)
    await cache.fetch("k", SHAPE, LONG, make)
    assert make.made == 2


async def test_equal_requests_at_the_same_time_are_one() -> None:
    """Fault 16: 500 identical queries after a flush make one call."""
    cache, make = Cache(memory(), None), Maker([7])
    found = await asyncio.gather(*(cache.fetch("k", SHAPE, LONG, make) for _ in range(500)))
    assert make.made == 1
    assert all(each.value == [7] for each in found)


async def test_a_caller_that_leaves_does_not_end_the_work_of_others() -> None:
    """One client's disconnect is not another's failure."""
    cache, make = Cache(memory(), None), Maker([7])
    leader = asyncio.create_task(cache.fetch("k", SHAPE, LONG, make))
    follower = asyncio.create_task(cache.fetch("k", SHAPE, LONG, make))
    await asyncio.sleep(0.01)
    leader.cancel()
    assert (await follower).value == [7]
    assert make.made == 1


async def test_the_last_caller_that_leaves_ends_the_work() -> None:
    """Fault 27: nothing runs that nobody waits for."""
    cache, make = Cache(memory(), None), Maker([7])
    alone = asyncio.create_task(cache.fetch("k", SHAPE, LONG, make))
    await asyncio.sleep(0.01)
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    await asyncio.sleep(0)
    assert make.ended == 1
    assert not len(cache.memory)


async def test_nobody_joins_work_with_a_much_smaller_budget() -> None:
    """A result that was cut short for one caller must not be everybody's."""
    cache, make = Cache(memory(), None), Maker([7])
    short = Deadline.after_ms(1000)
    await asyncio.gather(cache.fetch("k", SHAPE, short, make), cache.fetch("k", SHAPE, LONG, make))
    assert make.made == 2


async def test_the_error_of_the_work_reaches_everyone_who_waits() -> None:
    """A broken maker is no hang."""

    async def broken() -> list[int]:
        raise ZeroDivisionError

    cache = Cache(memory(), None)
    found = await asyncio.gather(
        *(cache.fetch("k", SHAPE, LONG, broken) for _ in range(3)), return_exceptions=True
    )
    assert [type(each) for each in found] == [ZeroDivisionError] * 3


def test_the_memory_tier_is_bounded_by_entries_and_drops_the_oldest_used() -> None:
    """RES-07: the actual cache size is what is bounded, and can be lowered."""
    tier = memory(entries=2)
    for key in ("a", "b"):
        tier.put(key, Entry(text=key, stored_at=0), 60)
    tier.get("a")
    tier.put("c", Entry(text="c", stored_at=0), 60)
    assert tier.get("b") is None
    assert tier.get("a") is not None
    tier.resize(1)
    assert len(tier) == 1


def test_the_memory_tier_is_bounded_by_bytes() -> None:
    """One huge value is not kept, many small ones make room."""
    tier = memory(size_bytes=100)
    tier.put("huge", Entry(text="x" * 101, stored_at=0), 60)
    assert len(tier) == 0
    for number in range(10):
        tier.put(f"{number}", Entry(text="x" * 30, stored_at=0), 60)
    assert len(tier) == 3


def test_the_memory_tier_forgets_by_a_clock_that_cannot_jump() -> None:
    """Fault 29: TTLs hold when the wall clock does not."""
    now = [0.0]
    tier = MemoryTier(entries=2, size_bytes=100, lifetime_seconds=60, clock=lambda: now[0])
    tier.put("a", Entry(text="a", stored_at=time.time()), 3600)
    tier.put("b", Entry(text="b", stored_at=time.time()), 10)
    now[0] = 10.0
    assert tier.get("b") is None
    assert tier.get("a") is not None
    now[0] = 60.0
    assert tier.get("a") is None


async def test_pods_share_values_through_redis_with_their_age(redis: Redis) -> None:
    """CCH-03: another pod's value is a hit, and its age is told."""
    await Cache(memory(), redis).fetch("k", SHAPE, LONG, Maker([3]))
    await asyncio.sleep(0.02)
    found = await Cache(memory(), redis).fetch("k", SHAPE, LONG, Maker([4]))
    assert (found.value, found.hit) == ([3], True)
    assert 0 < found.age_seconds < 60


@pytest.mark.parametrize(
    "poison",
    [b"", b"\xff", b"[]", b"null", b'{"text": "[1]"}', b'{"text": "nonsense", "stored_at": 1e12}'],
)
async def test_a_poisoned_entry_is_made_anew(redis: Redis, poison: bytes) -> None:
    """Fault 17: what is not ours is rejected by its schema and replaced."""
    cache, make = Cache(memory(), redis), Maker([5])
    await cache.fetch("k", SHAPE, LONG, make)
    (key,) = await redis.keys("*")
    await redis.set(key, poison)
    fresh = Cache(memory(), redis)
    assert (await fresh.fetch("k", SHAPE, LONG, make)).value == [5]
    assert make.made == 2
    assert (await Cache(memory(), redis).fetch("k", SHAPE, LONG, make)).hit


async def test_a_lost_redis_is_a_warning_and_a_miss(
    redis: Redis, redis_process: subprocess.Popen[bytes]
) -> None:
    """Fault 14: served uncached, said so, and not where Redis is (SEC-03)."""
    cache, make = Cache(memory(entries=1), redis), Maker([5])
    redis_process.kill()
    redis_process.wait()
    assert (await cache.fetch("k", SHAPE, LONG, make)).value == [5]
    assert "not shared between pods" in cache.warning
    probe = await cache.probe(1.0)
    assert not probe.reachable
    assert probe.reason == cache.warning
    assert cache.warning.endswith("pods: ConnectionError")


async def test_a_hanging_redis_is_bypassed_and_found_again(
    redis: Redis, redis_process: subprocess.Popen[bytes]
) -> None:
    """Fault 15: one short wait, then none; its late answers never reach the wrong request."""
    cache, make = Cache(memory(), redis), Maker([5])
    await cache.fetch("before", SHAPE, LONG, Maker([1]))
    redis_process.send_signal(signal.SIGSTOP)
    for number in range(20):
        await cache.fetch(f"{number}", SHAPE, LONG, make)
    assert "no answer within" in cache.warning
    redis_process.send_signal(signal.SIGCONT)
    assert (await cache.probe(5.0)).reachable
    assert cache.warning == ""
    other = Cache(memory(), redis)
    assert (await other.fetch("before", SHAPE, LONG, make)).value == [1]


async def test_the_probe_of_a_cache_without_redis_is_well() -> None:
    """HLT-07: nothing to reach is nothing broken."""
    assert (await Cache(memory(), None).probe(1.0)).reachable


def test_keys_differ_with_every_part() -> None:
    """CCH-03: a key is scoped by all that its value depends on."""
    keys = {cache_key("a", 1), cache_key("a", "1"), cache_key("b", 1), cache_key("a", 1, None)}
    assert len(keys) == 4
