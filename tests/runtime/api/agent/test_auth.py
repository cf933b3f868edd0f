"""A user's own `langgraph_sdk.Auth`, through the official client."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import NotFoundError, PermissionDeniedError

from runtime.app import create_app
from runtime.errors import SettingsError
from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings
from tests.runtime.api.agent.key import FIRST
from tests.runtime.service import serving

HERE = Path(__file__).parent

As = Callable[[str], AbstractAsyncContextManager[LangGraphClient]]
"""Gives the official client of a user."""


@pytest.fixture
def hooked(own: Settings, tmp_path: Path) -> Settings:
    """Give the settings of a service that asks an auth file who calls."""
    return with_auth(own, tmp_path, (HERE / "auth_file.py").read_text(encoding="utf-8"))


def with_auth(settings: Settings, folder: Path, text: str, name: str = "auth") -> Settings:
    """Return settings with a langgraph.json that names an auth file of this text."""
    (folder / "whoami.py").write_text((HERE / "whoami_graph.py").read_text(), encoding="utf-8")
    (folder / "auth.py").write_text(text, encoding="utf-8")
    path = folder / "langgraph.json"
    auth = {"path": f"./auth.py:{name}", "disable_studio_auth": True}
    graphs = {"agent": "./agent.py:graph", "whoami": "./whoami.py:graph"}
    path.write_text(json.dumps({"dependencies": ["."], "graphs": graphs, "auth": auth}))
    return replace(settings, graphs=read_graph_file(path, 9))


@pytest.fixture
async def plain(hooked: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Give a plain client without a token."""
    async with serving(hooked) as client:
        yield client


@pytest.fixture
def client_of(plain: httpx.AsyncClient) -> As:
    """Give the official client of anybody."""
    return partial(_client, str(plain.base_url))


def _client(url: str, user: str) -> AbstractAsyncContextManager[LangGraphClient]:
    return get_client(url=url, headers={"Authorization": f"Bearer {user}"})


async def test_the_hook_says_who_comes_in(plain: httpx.AsyncClient) -> None:
    """SEC-01: its status, words and headers; keys are not asked for; /ok stays open."""
    search = partial(plain.post, "/threads/search", json={})
    nobody = await search(headers={"X-API-Key": FIRST})
    assert (nobody.status_code, nobody.json()["detail"]) == (
        401,
        "no token for POST /threads/search",
    )
    assert nobody.headers["content-type"] == "application/problem+json"
    blocked = await search(headers={"Authorization": "Bearer ann", "X-Blocked": "1"})
    assert (blocked.status_code, blocked.headers["X-Why"]) == (418, "b")
    assert (await plain.get("/ok")).status_code == 200
    assert (await search(headers={"Authorization": "Bearer ann"})).status_code == 200


async def test_a_hook_that_fails_lets_nobody_in(plain: httpx.AsyncClient) -> None:
    """SEC-03: 500, and what it raised is for the log alone."""
    answer = await plain.post("/runs", json={}, headers={"Authorization": "Bearer broken"})
    assert answer.status_code == 500
    assert "hush" not in answer.text


async def test_a_filter_says_whose_threads_are_seen_and_moved(client_of: As) -> None:
    """ORC-08: a team shares its threads, reads, runs and cancels; to others there are none."""
    async with client_of("ann") as ann, client_of("bob") as bob, client_of("eve") as eve:
        thread = (await ann.threads.create(metadata={"a": 1}))["thread_id"]
        assert (await ann.threads.get(thread))["metadata"] == {"a": 1, "teams": ["blue"]}
        assert [each["thread_id"] for each in await bob.threads.search()] == [thread]
        gave: Any = await bob.runs.wait(thread, "agent", input={"do": "act"})
        assert gave["done"] == ["begin", "act"]
        (run,) = await ann.runs.list(thread)
        assert run["metadata"] == {"teams": ["blue"]}
        assert await eve.threads.search() == []
        assert await eve.threads.count() == 0
        assert await eve.threads.search(metadata={"teams": ["blue"]}) == []
        for act in (
            partial(eve.threads.get, thread),
            partial(eve.threads.update, thread, metadata={"teams": ["red"]}),
            partial(eve.threads.get_state, thread),
            partial(eve.runs.create, thread, "agent", input={}),
            partial(eve.runs.get, thread, run["run_id"]),
            partial(eve.runs.cancel, thread, run["run_id"]),
        ):
            with pytest.raises(NotFoundError):
                await act()


async def test_a_run_without_a_thread_of_its_own_says_what_the_hook_says(client_of: As) -> None:
    """ORC-08: a thread that is made by a run has the run's marks, and the team finds it."""
    async with client_of("ann") as ann, client_of("bob") as bob:
        await ann.runs.wait(None, "agent", input={"do": "act"}, on_completion="keep")
        (kept,) = await bob.threads.search()
    assert (kept["metadata"] or {})["teams"] == ["blue"]


async def test_what_a_handler_refuses_is_403(client_of: As) -> None:
    """False and a failed assertion refuse, the most specific handler decides."""
    async with client_of("ann") as ann, client_of("bob") as bob, client_of("mute") as mute:
        thread = (await ann.threads.create())["thread_id"]
        with pytest.raises(PermissionDeniedError):
            await mute.threads.create()
        with pytest.raises(PermissionDeniedError, match="only bob removes"):
            await ann.threads.delete(thread)
        with pytest.raises(NotFoundError):  # without a filter it is one's own that one may remove
            await bob.threads.delete(thread)


async def test_a_graph_is_told_who_asks_and_nobody_can_pretend(client_of: As) -> None:
    """ORC-08: identity, permissions and what else the hook said; a caller's own words are lost."""
    config: Any = {"configurable": {"langgraph_auth_user_id": "root", "langgraph_auth_x": 1}}
    async with client_of("ann") as ann:
        gave: Any = await ann.runs.wait(None, "whoami", input={"told": {}}, config=config)
        thread = (await ann.threads.create())["thread_id"]
        run: Any = await ann.runs.create(thread, "whoami", input={"told": {}})
    told = gave["told"]
    assert told.keys() == {
        "langgraph_auth_user",
        "langgraph_auth_user_id",
        "langgraph_auth_permissions",
    }
    assert told["langgraph_auth_user"]["team"] == "blue"
    assert told["langgraph_auth_user_id"] == "ann"
    assert told["langgraph_auth_permissions"] == ["chat"]
    assert "team" not in json.dumps(run["kwargs"])


async def test_a_handler_says_where_in_the_store_a_user_is(client_of: As) -> None:
    """ORC-08: the namespace that it chose is written, read, searched and emptied."""
    async with client_of("ann") as ann, client_of("bob") as bob:
        await ann.store.put_item(("notes",), "k", {"a": 1})
        item = await ann.store.get_item(("notes",), "k")
        assert item["namespace"] == ["ann", "notes"]
        (found,) = (await ann.store.search_items(("notes",)))["items"]
        assert found["value"] == {"a": 1}
        assert (await ann.store.list_namespaces())["namespaces"] == [["ann", "notes"]]
        assert (await bob.store.list_namespaces())["namespaces"] == []
        await ann.store.delete_item(("notes",), "k")
        assert (await ann.store.search_items(()))["items"] == []


async def test_operators_are_known_by_a_permission(plain: httpx.AsyncClient) -> None:
    """SEC-01: what concerns all callers needs the permission `ops` under a hook, too."""
    for user, status in (("ann", 403), ("bob", 200)):
        answer = await plain.get("/optimization", headers={"Authorization": f"Bearer {user}"})
        assert answer.status_code == status


ONE = """
from langgraph_sdk import Auth
auth = Auth()

@auth.authenticate
async def who(authorization: str | None, body: dict | None) -> str:
    assert authorization, "who are you?"
    return (body or {}).get("metadata", {}).get("as", authorization)
"""
"""A hook without handlers, which reads the body."""


async def test_without_handlers_the_identity_is_the_owner(own: Settings, tmp_path: Path) -> None:
    """ORC-08: each user's threads are their own; what the hook read of the body is still there."""
    async with serving(with_auth(own, tmp_path, ONE)) as plain:
        nobody = await plain.post("/threads", json={})
        assert (nobody.status_code, nobody.json()["detail"]) == (401, "who are you?")
        async with (
            _client(str(plain.base_url), "x") as one,
            _client(str(plain.base_url), "y") as other,
        ):
            thread = (await one.threads.create(metadata={"as": "Bearer y"}))["thread_id"]
            assert (await other.threads.get(thread))["metadata"] == {"as": "Bearer y"}
            with pytest.raises(NotFoundError):
                await one.threads.get(thread)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("auth = 1", "auth", "auth.path: auth is int; name an instance of langgraph_sdk.Auth"),
        (ONE, "other", "has no 'other'; it has: auth"),
        ("from langgraph_sdk import Auth\nauth = Auth()", "auth", "has no @auth.authenticate"),
        (ONE.replace("body: dict | None", "token"), "auth", "asks for 'token'; it may ask for"),
        ("import nothing_such", "auth", "nothing_such"),
    ],
)
def test_an_auth_file_that_cannot_be_used_stops_the_start(
    settings: Settings, tmp_path: Path, text: str, name: str, said: str
) -> None:
    """SEC-01: a hook that was meant to protect is never left out; file, key and fix are named."""
    (tmp_path / "agent.py").write_text((HERE / "own_graph.py").read_text(), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        create_app(with_auth(settings, tmp_path, text, name))
    assert said in str(caught.value)
