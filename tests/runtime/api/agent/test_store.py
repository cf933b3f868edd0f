"""The store through the official client, and from within a graph that remembers."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import LangGraphClient

from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings
from tests.runtime.api.agent.conftest import graph_file
from tests.runtime.api.agent.key import FIRST, SECOND
from tests.runtime.service import until

USER = ["users", "one"]

REMEMBERING = """
from typing import Any, TypedDict
from langgraph.config import get_store
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime

class State(TypedDict, total=False):
    say: str
    known: list[str]
    seen: int

async def keep(state: State, runtime: Runtime[Any]) -> State:
    if "say" in state:
        await runtime.store.aput(("memories",), state["say"], {"said": state["say"]})
    return {}

def recall(state: State) -> State:
    store = get_store()
    found = store.search(("memories",))
    return {"known": sorted(item.key for item in found), "seen": len(store.list_namespaces())}

inner = StateGraph(State).add_node(recall).add_edge(START, "recall").compile()
graph = StateGraph(State).add_sequence([keep, ("inside", inner)]).add_edge(START, "keep")
"""


@pytest.fixture
def own(own: Settings, tmp_path: Path) -> Settings:
    """Give settings of a service whose graph remembers."""
    (tmp_path / "remembering.py").write_text(REMEMBERING, encoding="utf-8")
    path = graph_file(tmp_path, agent="./remembering.py:graph")
    return replace(own, graphs=read_graph_file(path, own.config.graph.max_graphs))


async def test_the_client_keeps_finds_and_removes_items(client: LangGraphClient) -> None:
    """ORC-10: each call of the official client, with what its documentation says it gives."""
    store = client.store
    await store.put_item(USER, "tastes", {"tea": 3, "name": "Ann"}, index=["name"])
    await store.put_item(USER, "place", {"city": "Ulm"}, ttl=60)
    item = await store.get_item(USER, "tastes", refresh_ttl=True)
    assert set(item) == {"namespace", "key", "value", "created_at", "updated_at"}
    assert (item["namespace"], item["value"]) == (USER, {"tea": 3, "name": "Ann"})
    found = await store.search_items(["users"], filter={"tea": {"$gte": 3, "$lt": 10}})
    assert [each["key"] for each in found["items"]] == ["tastes"]
    assert len((await store.search_items([], limit=1, offset=1, refresh_ttl=True))["items"]) == 1
    listed = await store.list_namespaces(prefix=["users"], suffix=["one"], max_depth=1)
    assert listed == {"namespaces": [["users"]]}
    await store.delete_item(USER, "tastes")
    gone: Any = await store.get_item(USER, "tastes")
    assert gone is None


async def test_the_synchronous_client_does_too(http: httpx.AsyncClient) -> None:
    """The same calls from a program without an event loop."""

    def walk() -> Any:
        with get_sync_client(url=str(http.base_url), headers={"X-API-Key": FIRST}) as client:
            client.store.put_item(USER, "tastes", {"tea": 3})
            assert client.store.get_item(USER, "tastes")["value"] == {"tea": 3}
            assert client.store.list_namespaces() == {"namespaces": [USER]}
            found = client.store.search_items(USER, filter={"tea": 3})["items"]
            client.store.delete_item(USER, "tastes")
            return [each["key"] for each in found], client.store.search_items(USER)["items"]

    assert await asyncio.to_thread(walk) == (["tastes"], [])


async def test_a_graph_remembers_from_one_thread_to_the_next(client: LangGraphClient) -> None:
    """ORC-10: `runtime.store` and `get_store()`, in a coroutine, a plain node and a subgraph."""
    await client.runs.wait(None, "agent", input={"say": "tea"})
    gave: Any = await client.runs.wait(None, "agent", input={"say": "coffee"})
    assert gave["known"] == ["coffee", "tea"]
    item = await client.store.get_item(["memories"], "tea")
    assert item["value"] == {"said": "tea"}


async def test_no_owner_reaches_anothers_items(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """ORC-08: neither a request nor a run of a graph both share sees what is another key's."""
    await client.runs.wait(None, "agent", input={"say": "secret"})
    await client.store.put_item(USER, "tastes", {"tea": 3})
    gave: Any = await stranger.runs.wait(None, "agent", input={"say": "mine"})
    assert (gave["known"], gave["seen"]) == (["mine"], 1)
    missing: Any = await stranger.store.get_item(USER, "tastes")
    assert missing is None
    assert [each["key"] for each in (await stranger.store.search_items([]))["items"]] == ["mine"]
    assert await stranger.store.list_namespaces() == {"namespaces": [["memories"]]}
    await stranger.store.delete_item(USER, "tastes")
    assert (await client.store.get_item(USER, "tastes"))["value"] == {"tea": 3}


async def test_runs_at_the_same_time_keep_their_owners(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """Many runs of two owners in one process: each item lies with whose run kept it."""
    words = [f"{number}" for number in range(6)]
    await asyncio.gather(
        *(
            who.runs.wait(None, "agent", input={"say": f"{name}-{word}"})
            for word in words
            for name, who in (("first", client), ("second", stranger))
        )
    )
    for name, who in (("first", client), ("second", stranger)):
        found = (await who.store.search_items(["memories"]))["items"]
        assert {each["key"] for each in found} == {f"{name}-{word}" for word in words}


async def test_an_item_of_a_request_ends_with_its_time(client: LangGraphClient) -> None:
    """A `ttl` is in minutes, and parts of one count."""
    ttl: Any = 0.1 / 60
    await client.store.put_item(USER, "short", {}, ttl=ttl)

    async def gone() -> bool:
        there: Any = await client.store.get_item(USER, "short", refresh_ttl=False)
        return there is None

    await until(gone)


ITEM = {"namespace": USER, "key": "k", "value": {}}

WRONG: tuple[tuple[str, str, dict[str, Any], int, str], ...] = (
    ("PUT", "/store/items", ITEM | {"namespace": ["a", ""]}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"namespace": []}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"namespace": ["a.b"]}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"namespace": ["langgraph", "a"]}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"namespace": "a"}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"namespace": [1]}, 422, "namespace"),
    ("PUT", "/store/items", ITEM | {"key": ""}, 422, "key"),
    ("PUT", "/store/items", ITEM | {"key": "k" * 1025}, 422, "key"),
    ("PUT", "/store/items", ITEM | {"value": [1]}, 422, "value"),
    ("PUT", "/store/items", ITEM | {"value": None}, 422, "value"),
    ("PUT", "/store/items", ITEM | {"value": {"a": "\0"}}, 422, "value"),
    ("PUT", "/store/items", ITEM | {"ttl": 0}, 422, "ttl"),
    ("PUT", "/store/items", ITEM | {"ttl": -1}, 422, "ttl"),
    ("PUT", "/store/items", ITEM | {"index": True}, 422, "index"),
    ("PUT", "/store/items", ITEM | {"other": 1}, 422, "other"),
    ("PUT", "/store/items", {"namespace": USER, "key": "k"}, 422, "value"),
    ("DELETE", "/store/items", {"namespace": USER}, 422, "key"),
    ("POST", "/store/items/search", {"limit": 0}, 422, "limit"),
    ("POST", "/store/items/search", {"limit": 1001}, 422, "limit"),
    ("POST", "/store/items/search", {"offset": -1}, 422, "offset"),
    ("POST", "/store/items/search", {"namespace_prefix": [""]}, 422, "namespace_prefix"),
    ("POST", "/store/items/search", {"filter": {"a": {"$near": 1}}}, 422, "filter"),
    ("POST", "/store/items/search", {"filter": {"a": {"$gt": [1]}}}, 422, "filter"),
    ("POST", "/store/items/search", {"query": "what do they like?"}, 501, "query"),
    ("POST", "/store/namespaces", {"max_depth": 0}, 422, "max_depth"),
    ("POST", "/store/namespaces", {"suffix": ["a.b"]}, 422, "suffix"),
)
"""Method, path, body, status, and what the answer names."""


async def test_a_bad_request_names_the_field(http: httpx.AsyncClient) -> None:
    """Each kind of bad input gets a 4xx problem, what is missing a 501, and nothing is kept."""
    headers = {"X-API-Key": FIRST}
    for method, path, body, status, named in WRONG:
        answer = await http.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, (method, path, body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert named in answer.json()["detail"]
    for params in ({"namespace": "a..b", "key": "k"}, {"namespace": "a", "key": ""}, {}):
        answer = await http.get("/store/items", params=params, headers=headers)
        assert answer.status_code == 422, (params, answer.text)
    kept = await http.post("/store/items/search", json={}, headers=headers)
    assert kept.json() == {"items": []}


async def test_every_operation_asks_for_a_key(http: httpx.AsyncClient) -> None:
    """SEC-01: without one nothing is kept and nothing is told; a wrong one is none."""
    for headers in ({}, {"X-API-Key": f"not-{SECOND}"}):
        for method, path in {(method, path) for method, path, *_ in WRONG}:
            answer = await http.request(method, path, json=ITEM, headers=headers)
            assert answer.status_code == 401
