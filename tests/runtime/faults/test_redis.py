"""A Redis that is not there, goes, forgets, answers late or never, or holds nonsense."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.faults.proxy import door_to
from tests.runtime.faults.stack import END_SECONDS, Process, Stack
from tests.runtime.faults.upstream import searches
from tests.runtime.redis import RedisServer
from tests.runtime.service import order, until

pytestmark = pytest.mark.slow

EQUAL = 60
"""Equal questions at the same time."""

COUNTED = 16
"""Requests that the callers' limit counts; each would wait for Redis if it were not left alone."""

QUESTIONS = [
    f"Does {drug} lower the risk of stroke in type 2 diabetes?"
    for drug in ("metformin", "dapagliflozin", "empagliflozin", "semaglutide")
]

SOURCES = "*:cache:*source*"
"""Keys of what sources gave."""

CACHED = {
    "cache": {"mode": "external"},
    "network": {"store_cidrs": ["127.0.0.1/32"]},
    # A busy machine must not make answers partial, and equal questions come all at once.
    "graph": {"node_timeout_ms": 20_000, "default_budget_ms": 28_000},
    "api": {"max_concurrent_graphs": EQUAL},
}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """Give a Redis, not started; end it."""
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def cached(in_sqlite: Stack, redis: RedisServer) -> Stack:
    """Give a stack whose processes share results through that Redis."""
    return in_sqlite.stating(**CACHED).under(REDIS_URL=redis.url)


async def answer(process: Process, question: str) -> Any:
    """Ask a question; return the complete answer."""
    async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
        given = await client.post("/invoke", json={"input": question})
        assert given.status_code == 200, given.text
        assert given.json()["status"] == "success", given.text
        return given.json()["answer"]["text"]


async def cache_is(process: Process, wanted: str) -> None:
    """Wait until the health report says so of the cache, and of the service that it serves."""

    async def told() -> bool:
        async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
            report = await client.get("/health")
        assert report.status_code == 200, report.text
        return bool(report.json()["checks"]["caching:responseTime"][0]["status"] == wanted)

    await until(told)


async def test_without_redis_at_the_start_answers_are_made_anew(
    cached: Stack, redis: RedisServer
) -> None:
    """Fault 14: it starts, serves, warns, and uses Redis from when it is there."""
    async with cached.processes(1) as (process,):
        await answer(process, QUESTIONS[0])
        await cache_is(process, "warn")
        redis.start()
        for question in QUESTIONS[1:]:
            await cache_is(process, "pass")
            await answer(process, question)
        # Not of each: a Redis that is late on a busy machine is passed over.
        assert [*redis.client.scan_iter(SOURCES)]


async def test_a_redis_that_goes_takes_no_answer_with_it(cached: Stack, redis: RedisServer) -> None:
    """Fault 14: lost in the middle, every question is still answered."""
    redis.start()
    async with cached.processes(1) as (process,):
        await cache_is(process, "pass")
        before = await answer(process, QUESTIONS[0])
        redis.kill()
        assert await answer(process, QUESTIONS[0]) == before
        await asyncio.gather(*(answer(process, question) for question in QUESTIONS))
        await cache_is(process, "warn")
        redis.start()
        await cache_is(process, "pass")


async def test_an_emptied_redis_meets_equal_questions_with_one_search(
    cached: Stack, redis: RedisServer, upstream: httpx.Client
) -> None:
    """Fault 16: however many ask at once, the upstreams are asked as for one of them."""
    redis.start()
    async with cached.processes(2) as (one, two):
        await answer(one, QUESTIONS[0])
        single = searches(upstream)
        redis.client.flushall()
        order(upstream, {"pubmed": [{"latency_ms": 500}], "ctgov": [{"latency_ms": 500}]})
        given = await asyncio.gather(*(answer(two, QUESTIONS[0]) for _ in range(EQUAL)))
        assert len(set(given)) == 1
        assert searches(upstream) == single


@pytest.mark.parametrize("late_seconds", [2.0, 600.0])
async def test_a_redis_that_answers_late_or_never_is_not_waited_for(
    cached: Stack, redis: RedisServer, late_seconds: float
) -> None:
    """Fault 15: whoever asks is answered without it, and once it was late it is left alone."""
    redis.start()
    # Less than Redis' client would wait by itself.
    impatient = cached.stating(graph={"node_timeout_ms": 4500})
    async with door_to(redis.url) as door:
        behind = impatient.under(REDIS_URL=f"redis://127.0.0.1:{door.port}/0")
        async with behind.processes(1) as (process,):
            await cache_is(process, "pass")
            door.delay_seconds = late_seconds
            await asyncio.gather(*(answer(process, question) for question in QUESTIONS))
            await cache_is(process, "warn")
            async with httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client:
                for _ in range(COUNTED):
                    assert (await client.post("/threads/count", json={})).status_code == 200
            door.delay_seconds = 0.0
            assert process.told().count("rate_limit_store_lost") <= COUNTED / 2


async def test_nonsense_in_redis_is_thrown_away(cached: Stack, redis: RedisServer) -> None:
    """Fault 17: a value that is not what it should be is made anew."""
    redis.start()
    async with cached.processes(2) as (one, two):
        for question in QUESTIONS:
            before = await answer(one, question)
            for key in redis.client.scan_iter(SOURCES):
                redis.client.set(key, b'{"stored_at": %d, "text": "[7]"}' % time.time())
            assert await answer(two, question) == before
    # Not each: a Redis that is late on a busy machine is passed over.
    assert "threw away the entry" in two.told()
