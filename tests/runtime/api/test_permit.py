"""What each route asks of a key: every route there is, and every scope."""

from dataclasses import replace

import httpx
import pytest

from profiles.api_key import Entry, Scope
from runtime.api.agent.missing import MISSING
from runtime.app import create_app
from runtime.errors import SettingsError
from runtime.security.permission import PERMISSIONS
from runtime.settings import Settings
from tests.runtime.api.agent.key import with_entries
from tests.runtime.api.routes import operations
from tests.runtime.service import serving

ID = "5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11"


def test_every_route_asks_for_a_scope_and_nothing_else_does(settings: Settings) -> None:
    """SEC-01: a route that nobody thought of is in no table, and this fails."""
    there = operations(create_app(settings))
    assert there - PERMISSIONS.keys() == set()
    assert PERMISSIONS.keys() - there == set()
    assert {(method, path) for method, path, _ in MISSING} <= there


async def test_a_key_without_the_scope_is_told_which_one(settings: Settings) -> None:
    """SEC-01: with all scopes but the one, each operation is 403 and names it."""
    entries = [
        Entry.of_key(f"all but {scope}", "me", [each for each in Scope if each is not scope])
        for scope in Scope
    ]
    names = dict.fromkeys(("thread_id", "run_id", "assistant_id", "cron_id", "checkpoint_id"), ID)
    async with serving(with_entries(settings, *entries)) as client:
        for (method, path), asked in PERMISSIONS.items():
            address = path.format(**names, namespace="n")
            key = {"X-API-Key": f"all but {asked.scope}"}
            answer = await client.request(method, address, headers=key)
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert f"{asked.scope.value!r}" in answer.json()["detail"]


async def test_a_scope_is_enough_for_what_it_is_for(settings: Settings) -> None:
    """SEC-01: a key that may only look looks, and one that may only run runs."""
    entries = [Entry.of_key(scope, "me", [scope]) for scope in Scope]

    async def status(scope: Scope, path: str) -> int:
        return (await client.post(path, json={}, headers={"X-API-Key": scope})).status_code

    async with serving(with_entries(settings, *entries)) as client:
        assert await status(Scope.WRITE, "/threads") == 200
        assert await status(Scope.READ, "/threads/search") == 200
        assert await status(Scope.RUN, "/runs") == 422  # it may, and does not say which graph
        advice = await client.get("/optimization", headers={"X-API-Key": Scope.OPS})
        assert advice.status_code == 200


@pytest.mark.parametrize("environment", ["staging", "production", "lab"])
def test_only_development_may_be_open(settings: Settings, environment: str) -> None:
    """SEC-01: elsewhere a service that knows no caller does not start, and says what to set."""
    elsewhere = in_environment(settings, environment)
    with pytest.raises(
        SettingsError, match=rf"API_KEYS is not set.*'{environment}'.*orchestrator key"
    ):
        create_app(elsewhere)
    create_app(with_entries(elsewhere, Entry.of_key("k", "me")))


def in_environment(settings: Settings, name: str) -> Settings:
    """Return the settings of a stack of another environment."""
    return replace(settings, config=replace(settings.config, environment=name))


async def test_two_keys_of_one_owner_reach_the_same_threads(settings: Settings) -> None:
    """SEC-01, ORC-08: a key is rotated by a second one, and nothing is lost with the first."""
    old, new = Entry.of_key("old", "me"), Entry.of_key("new", "me")
    async with serving(with_entries(settings, old, new)) as client:
        thread = await _made(client, "old")
    async with serving(with_entries(settings, new)) as client:
        kept = await client.get(f"/threads/{thread}", headers={"X-API-Key": "new"})
        gone = await client.get(f"/threads/{thread}", headers={"X-API-Key": "old"})
    assert (kept.status_code, gone.status_code) == (200, 401)


async def _made(client: httpx.AsyncClient, key: str) -> str:
    answer = await client.post("/threads", json={}, headers={"X-API-Key": key})
    return str(answer.json()["thread_id"])
