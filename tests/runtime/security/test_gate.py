"""Who may call, and how often."""

from collections.abc import Sequence

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp

from profiles.api import Api
from runtime.errors import RateLimitError
from runtime.security.caller import caller_of
from runtime.security.gate import OPEN_PATHS, Gate
from runtime.security.limiter import CallerLimiter
from tests.runtime.security.echo import echo

API = Api(
    request_timeout_seconds=30,
    max_concurrent_graphs=1,
    keep_alive_seconds=65,
    max_connections=1000,
    rate_limit_requests=2,
    rate_limit_window_seconds=3600,
    api_key_header="X-API-Key",
    allowed_origins=(),
)
KEYS = (SecretStr("one"), SecretStr("two"))


def client_of(keys: Sequence[SecretStr], address: str = "192.0.2.1") -> httpx.AsyncClient:
    """Return a client of a gate before an application that answers 200."""
    app: ASGIApp = Gate(echo, header="X-API-Key", keys=keys, limiter=CallerLimiter(API, None, 1))
    transport = httpx.ASGITransport(app, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://service")


async def test_a_window_that_is_used_up_gives_429_with_the_time_to_wait() -> None:
    """SEC-01: the limit is exact, and says when the next request is free."""
    async with client_of(()) as client:
        answers = [await client.get("/invoke") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


async def test_each_key_has_a_window_of_its_own() -> None:
    """SEC-01: one caller cannot use up another's requests, though both share an address."""
    async with client_of(KEYS) as client:
        one = [await client.get("/x", headers={"X-API-Key": "one"}) for _ in range(3)]
        two = await client.get("/x", headers={"X-API-Key": "two"})
    assert (one[-1].status_code, two.status_code) == (429, 200)


async def test_a_made_up_key_gives_no_window_of_its_own() -> None:
    """SEC-01: in an open service the address counts, whatever the header says."""
    async with client_of(()) as client:
        answers = [await client.get("/x", headers={"X-API-Key": str(n)}) for n in range(3)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "three"}])
async def test_without_one_of_the_keys_nobody_passes(headers: dict[str, str]) -> None:
    """SEC-01: 401 as problem+json, which names the header and no key."""
    async with client_of(KEYS) as client:
        answer = await client.get("/invoke", headers=headers)
    assert answer.status_code == 401
    assert "X-API-Key" in answer.json()["detail"]


@pytest.mark.parametrize("path", sorted(OPEN_PATHS))
async def test_probes_and_the_page_pass_always(path: str) -> None:
    """HLT-12: neither key nor window stands between a probe and its answer."""
    async with client_of(KEYS) as client:
        statuses = {(await client.get(path)).status_code for _ in range(4)}
    assert statuses == {200}


def test_a_caller_is_named_without_its_key() -> None:
    """SEC-03: the name goes into the store and must not give the key away."""
    scope = {"type": "http", "headers": [(b"x-api-key", b"one")], "client": ("192.0.2.1", 1)}
    name = caller_of(scope, "X-API-Key", KEYS)
    assert name is not None
    assert name.startswith("key:")
    assert "one" not in name


async def test_without_redis_each_process_counts_for_itself() -> None:
    """CFG-08: a lost cache refuses nobody and opens no hole: the local window counts on."""
    limiter = CallerLimiter(API, SecretStr("redis://127.0.0.1:1"), 1)
    await limiter.take("caller")
    await limiter.take("caller")
    with pytest.raises(RateLimitError):
        await limiter.take("caller")
