"""Every method of the official clients, called: it works, or is refused as not there yet."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import LangGraphClient, SyncLangGraphClient

from runtime.api.agent.missing import MISSING as NOT_THERE
from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.test_client import ACT, MISSING

LATER = 3600
"""Seconds after which a run begins that is to be cancelled before."""

WORKS, REFUSED = True, False

STORED = "the store" not in {what for _, _, what in NOT_THERE}
"""Whether the store is there."""


@dataclass(frozen=True, slots=True)
class Things:
    """What a call is made with."""

    thread: str
    """A thread that a run has moved."""
    run: str
    """That run."""
    other: str
    """Another thread."""
    waiting: str
    """A run on that one, which waits."""


Call = Callable[[Any, Things], Any]

METHODS: Mapping[str, Mapping[str, tuple[bool, Call]]] = {
    "assistants": {
        "get": (WORKS, lambda its, _: its.get("agent")),
        "get_graph": (WORKS, lambda its, _: its.get_graph("agent", xray=True)),
        "get_schemas": (WORKS, lambda its, _: its.get_schemas("agent")),
        "get_subgraphs": (WORKS, lambda its, _: its.get_subgraphs("nested", recurse=True)),
        "search": (WORKS, lambda its, _: its.search(graph_id="agent", sort_by="name")),
        "count": (WORKS, lambda its, _: its.count(name="agent")),
        "create": (REFUSED, lambda its, _: its.create("agent")),
        "update": (REFUSED, lambda its, _: its.update("agent", name="x")),
        "delete": (REFUSED, lambda its, _: its.delete("agent")),
        "get_versions": (REFUSED, lambda its, _: its.get_versions("agent")),
        "set_latest": (REFUSED, lambda its, _: its.set_latest("agent", 1)),
    },
    "threads": {
        "get": (WORKS, lambda its, of: its.get(of.thread, include=["ttl"])),
        "create": (WORKS, lambda its, _: its.create(metadata={"a": 1}, ttl=5)),
        "update": (WORKS, lambda its, of: its.update(of.thread, metadata={"a": 1}, ttl=5)),
        "delete": (WORKS, lambda its, of: its.delete(of.thread)),
        "search": (WORKS, lambda its, of: its.search(ids=[of.thread], values=ACT)),
        "count": (WORKS, lambda its, _: its.count(status="busy", values=ACT)),
        "copy": (WORKS, lambda its, of: its.copy(of.thread)),
        "prune": (WORKS, lambda its, of: its.prune([of.thread])),
        "get_state": (WORKS, lambda its, of: its.get_state(of.thread, subgraphs=True)),
        "update_state": (
            WORKS,
            lambda its, of: its.update_state(of.thread, {"done": ["x"]}, as_node="act"),
        ),
        "get_history": (WORKS, lambda its, of: its.get_history(of.thread, limit=3)),
        "join_stream": (WORKS, lambda its, of: its.join_stream(of.thread, last_event_id="-1")),
        "stream": (
            REFUSED,
            lambda its, of: its.http.post(f"/threads/{of.thread}/commands", json={}),
        ),
    },
    "runs": {
        "create": (WORKS, lambda its, of: its.create(of.thread, "agent", input=ACT)),
        "create_batch": (
            WORKS,
            lambda its, _: its.create_batch([{"assistant_id": "agent", "input": ACT}]),
        ),
        "wait": (WORKS, lambda its, _: its.wait(None, "agent", input=ACT)),
        "stream": (WORKS, lambda its, _: its.stream(None, "agent", input=ACT)),
        "list": (WORKS, lambda its, of: its.list(of.thread, status="success")),
        "get": (WORKS, lambda its, of: its.get(of.thread, of.run)),
        "cancel": (WORKS, lambda its, of: its.cancel(of.other, of.waiting, action="rollback")),
        "cancel_many": (WORKS, lambda its, _: its.cancel_many(status="pending")),
        "join": (WORKS, lambda its, of: its.join(of.thread, of.run)),
        "join_stream": (
            WORKS,
            lambda its, of: its.join_stream(of.thread, of.run, last_event_id="-1"),
        ),
        "delete": (WORKS, lambda its, of: its.delete(of.thread, of.run)),
    },
    "store": {
        "put_item": (STORED, lambda its, _: its.put_item(["a"], "key", {"b": 1})),
        "get_item": (STORED, lambda its, _: its.get_item(["a"], "key")),
        "delete_item": (STORED, lambda its, _: its.delete_item(["a"], "key")),
        "search_items": (STORED, lambda its, _: its.search_items(["a"])),
        "list_namespaces": (STORED, lambda its, _: its.list_namespaces(prefix=["a"])),
    },
    "crons": {
        "create": (REFUSED, lambda its, _: its.create("agent", schedule="* * * * *")),
        "create_for_thread": (
            REFUSED,
            lambda its, of: its.create_for_thread(of.thread, "agent", schedule="* * * * *"),
        ),
        "delete": (REFUSED, lambda its, _: its.delete(MISSING)),
        "update": (REFUSED, lambda its, _: its.update(MISSING, enabled=False)),
        "search": (REFUSED, lambda its, _: its.search()),
        "count": (REFUSED, lambda its, _: its.count()),
    },
}
"""Each client's methods: whether it works, and a call of it."""


async def things(client: LangGraphClient) -> Things:
    """Make what a call needs."""
    thread, other = [(await client.threads.create())["thread_id"] for _ in range(2)]
    async for _ in client.runs.stream(thread, "agent", input=ACT):
        pass
    (run,) = await client.runs.list(thread)
    waiting = await client.runs.create(other, "agent", input=ACT, after_seconds=LATER)
    return Things(thread, run["run_id"], other, waiting["run_id"])


def methods_of(client: LangGraphClient | SyncLangGraphClient, part: str) -> set[str]:
    """Return the public methods of a part of a client."""
    found = inspect.getmembers(getattr(client, part), inspect.ismethod)
    return {name for name, _ in found if not name.startswith("_")}


async def told(made: Any) -> Any:
    """Return what a call of the asynchronous client gives, of a stream the first part."""
    given = await made if inspect.isawaitable(made) else made
    return await anext(given) if hasattr(given, "__aiter__") else given


def said(made: Any) -> Any:
    """Return what a call of the synchronous client gives, of a stream the first part."""
    return next(made) if hasattr(made, "__next__") else made


async def status_of(answer: Any) -> int:
    """Return the status of an answer: 200, or that of its error."""
    try:
        await answer
    except httpx.HTTPStatusError as error:
        return error.response.status_code
    return 200


@pytest.mark.parametrize("part", METHODS)
async def test_every_method_works_or_says_that_it_is_not_there(
    client: LangGraphClient, part: str
) -> None:
    """Both clients: a method that a new version brings is not in the table, and fails this."""
    url = str(client.http.client.base_url)
    with get_sync_client(url=url, headers={"X-API-Key": FIRST}) as sync:
        for each in (client, sync):
            assert methods_of(each, part) == set(METHODS[part])
        for name, (works, call) in METHODS[part].items():
            expected = 200 if works else 501
            own = getattr(client, part)
            assert await status_of(told(call(own, await things(client)))) == expected, name
            made, its = await things(client), getattr(sync, part)
            answer = asyncio.to_thread(lambda: said(call(its, made)))  # noqa: B023  # awaited here
            assert await status_of(answer) == expected, name


async def test_a_remote_graph_does_what_a_graph_does(client: LangGraphClient) -> None:
    """RemoteGraph: invoke, stream, drawing, states, history, update, an answer to a question."""
    url = str(client.http.client.base_url)
    with get_sync_client(url=url, headers={"X-API-Key": FIRST}) as sync:
        remote = RemoteGraph("agent", client=client, sync_client=sync)
        config: Any = {"configurable": {"thread_id": (await client.threads.create())["thread_id"]}}
        parts = [
            each async for each in remote.astream({"do": "ask"}, config, stream_mode="updates")
        ]
        assert [*parts[0]] == ["begin"]
        assert "__interrupt__" in parts[-1]
        resumed = await remote.ainvoke({"done": ["more"], "do": "ask"}, config)
        assert resumed["__interrupt__"]
        changed = await remote.aupdate_state(config, {"done": ["by hand"]}, as_node="act")
        assert changed["configurable"]["checkpoint_id"]
        state = await remote.aget_state(config)
        assert state.values["done"][-1] == "by hand"
        history = [each async for each in remote.aget_state_history(config, limit=2)]
        assert history[0].values == state.values
        assert {"begin", "act"} <= set((await remote.aget_graph()).nodes)
        same = await asyncio.to_thread(remote.get_state, config)
        assert same.values == state.values
        gave = await asyncio.to_thread(remote.invoke, ACT, config)
        assert gave["done"][-2:] == ["begin", "act"]
