"""Who may call, and how often."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Scopes
from structlog.testing import capture_logs

from profiles.api import Api
from profiles.api_key import Entry, Scope
from runtime.errors import RateLimitError
from runtime.security.gate import Gate
from runtime.security.keys import ApiKeys
from runtime.security.limiter import CallerLimiter
from runtime.security.permission import OPEN_PATHS, PERMISSIONS
from runtime.security.user import OpenAccess
from tests.runtime.security.echo import echo

API = Api(
    request_timeout_seconds=30,
    max_concurrent_graphs=1,
    keep_alive_seconds=65,
    max_connections=1000,
    rate_limit_requests=2,
    poll_limit_requests=4,
    max_body_kib=1,
    rate_limit_window_seconds=3600,
    api_key_header="X-API-Key",
    allowed_origins=(),
)
KEYS = (
    Entry.of_key("one", "first"),
    Entry.of_key("two", "second"),
    Entry.of_key("two again", "second", [Scope.READ]),
)
OPEN, KEYED = OpenAccess(), ApiKeys("X-API-Key", KEYS)


def client_of(authenticator: OpenAccess | ApiKeys) -> httpx.AsyncClient:
    """Return a client of a gate before an application that answers 200 with who calls."""
    app: ASGIApp = Gate(echo, authenticator=authenticator, limiter=CallerLimiter(API, None, 1))
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://service")


async def test_a_window_that_is_used_up_gives_429_with_the_time_to_wait() -> None:
    """SEC-01: the limit is exact, and says when the next request is free."""
    async with client_of(OPEN) as client:
        answers = [await client.post("/invoke") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


async def test_requests_come_back_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-01: after a window of an hour, one of two requests is free again each half hour."""
    now = 10 * 3600.0
    monkeypatch.setattr("limits.aio.storage.memory.time", SimpleNamespace(time=lambda: now))
    limiter = CallerLimiter(API, None, 1)

    async def passed(count: int) -> int:
        asked = await asyncio.gather(
            *map(limiter.take, ["a caller"] * count), return_exceptions=True
        )
        return asked.count(None)

    assert await passed(5) == 2
    now += 3599.0
    assert await passed(5) == 0
    now += 2.0
    assert await passed(5) == 1
    now += 1800.0
    assert await passed(5) == 1
    now += 2 * 3600.0
    assert await passed(5) == 2


async def test_each_key_has_a_window_of_its_own() -> None:
    """SEC-01: one caller cannot use up another's requests, though both share an address."""
    async with client_of(KEYED) as client:
        one = [await client.post("/x", headers={"X-API-Key": "one"}) for _ in range(3)]
        two = await client.post("/x", headers={"X-API-Key": "two"})
    assert (one[-1].status_code, two.status_code) == (429, 200)


async def test_a_made_up_key_gives_no_window_of_its_own() -> None:
    """SEC-01: in an open service the address counts, whatever the header says."""
    async with client_of(OPEN) as client:
        answers = [await client.post("/x", headers={"X-API-Key": str(n)}) for n in range(3)]
    assert answers[-1].status_code == 429


async def test_looking_is_counted_apart() -> None:
    """SEC-01: who waits for a run by asking often may still ask for the next; that ends as well."""
    async with client_of(KEYED) as client:
        key = {"X-API-Key": "one"}
        looked = [await client.get("/threads/1/runs/1", headers=key) for _ in range(4)]
        asked = await client.post("/runs", headers=key)
        beyond = await client.get("/threads/1/runs/1", headers=key)
    assert {answer.status_code for answer in (*looked, asked)} == {200}
    assert beyond.status_code == 429


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "three"}])
async def test_without_one_of_the_keys_nobody_passes(headers: dict[str, str]) -> None:
    """SEC-01: 401 as problem+json, which names the header and no key."""
    async with client_of(KEYED) as client:
        answer = await client.get("/invoke", headers=headers)
    assert answer.status_code == 401
    assert "X-API-Key" in answer.json()["detail"]


@pytest.mark.parametrize("path", sorted(OPEN_PATHS))
async def test_probes_and_the_page_pass_always(path: str) -> None:
    """HLT-12: neither key nor window stands between a probe and its answer."""
    async with client_of(KEYED) as client:
        statuses = {(await client.get(path)).status_code for _ in range(4)}
    assert statuses == {200}


async def test_a_caller_is_the_owner_of_its_key() -> None:
    """SEC-01, ORC-08: two keys of one owner are one caller, as long as a rotation takes."""
    async with client_of(KEYED) as client:
        answers = [
            await client.get("/x", headers={"X-API-Key": key}) for key in ("two", "two again")
        ]
    assert [answer.text for answer in answers] == ["key:second", "key:second"]


async def test_who_is_refused_is_in_the_log_without_the_key() -> None:
    """SEC-05: the line has the address and the path, and nothing of what was sent."""
    with capture_logs() as lines:
        async with client_of(KEYED) as client:
            await client.get("/threads", headers={"X-API-Key": "hush"})
    (line,) = [line for line in lines if line["event"] == "audit"]
    assert (line["action"], line["caller"], line["path"]) == (
        "caller_refused",
        "192.0.2.1",
        "/threads",
    )
    assert "hush" not in str(line)


async def test_without_redis_each_process_counts_for_itself() -> None:
    """CFG-08: a lost cache refuses nobody and opens no hole: the local window counts on."""
    limiter = CallerLimiter(API, SecretStr("redis://127.0.0.1:1"), 1)
    await limiter.take("caller")
    await limiter.take("caller")
    with pytest.raises(RateLimitError):
        await limiter.take("caller")


async def test_what_is_removed_or_cancelled_is_in_the_log() -> None:
    """SEC-05: caller, action, thread and result, also where it was refused further in."""

    async def removing(scope: Scopes, receive: Receive, send: Send) -> None:
        scope["state"]["permission"] = PERMISSIONS["DELETE", "/threads/{thread_id}"]
        await PlainTextResponse("", 404)(scope, receive, send)

    gate = Gate(removing, authenticator=KEYED, limiter=CallerLimiter(API, None, 1))
    transport = httpx.ASGITransport(gate, client=("192.0.2.1", 1))
    with capture_logs() as lines:
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            await client.delete("/threads/t", headers={"X-API-Key": "one"})
    (line,) = lines
    assert {key: line[key] for key in ("event", "action", "caller", "path", "status")} == {
        "event": "audit",
        "action": "thread_delete",
        "caller": "key:first",
        "path": "/threads/t",
        "status": 404,
    }
