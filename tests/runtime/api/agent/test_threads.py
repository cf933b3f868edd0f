"""Threads copied, pruned, weighed, given a time, made of supersteps, found by what they hold."""

from typing import Any

import httpx
import pytest
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import NotFoundError, UnprocessableEntityError

from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.test_client import ACT, MISSING, SLEEP, running, thread_of

STEPS: list[dict[str, Any]] = [
    {"updates": [{"values": {"do": "ask"}, "as_node": "__input__"}]},
    {"updates": [{"values": {"do": "ask"}, "as_node": "__start__"}]},
    {"updates": [{"values": {"done": ["elsewhere"]}, "as_node": "begin"}]},
]


async def moved(client: LangGraphClient, given: Any = None) -> str:
    """Return a thread that a run has moved."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=given or ACT)
    return thread


async def test_a_copy_holds_the_same_and_goes_its_own_way(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """Values, history and a waiting question are copied, not the runs; the original stays."""
    thread = await moved(client, {"do": "ask"})
    before = await client.threads.get_history(thread)
    copied: Any = await client.threads.copy(thread)  # type: ignore[func-returns-value]  # it does
    assert (copied["status"], copied["values"]["done"]) == ("interrupted", ["begin"])
    other = copied["thread_id"]
    assert len(await client.threads.get_history(other)) == len(before)
    assert await client.runs.list(other) == []
    gave: Any = await client.runs.wait(other, "agent", command={"resume": "yes"})
    assert gave["done"] == ["begin", "asked: yes"]
    assert await client.threads.get_history(thread) == before
    for asked in (client.threads.copy(MISSING), stranger.threads.copy(thread)):
        with pytest.raises(NotFoundError):
            await asked


async def test_threads_are_pruned(client: LangGraphClient, stranger: LangGraphClient) -> None:
    """keep_latest leaves the last state, delete nothing; one that a run moves is left alone."""
    thread, busy = await moved(client), await thread_of(client)
    run = await client.runs.create(busy, "agent", input=SLEEP)
    await running(client, busy, run["run_id"])
    named = [thread, busy, MISSING]
    assert await stranger.threads.prune(named) == {"pruned_count": 0}
    latest = await client.threads.prune(named, strategy="keep_latest")
    assert latest == {"pruned_count": 1}
    (only,) = await client.threads.get_history(thread)
    assert only["values"]["done"] == ["begin", "act"]  # type: ignore[call-overload]  # a state's
    again: Any = await client.runs.wait(thread, "agent", input=ACT)
    assert again["done"] == ["begin", "act"] * 2
    assert await client.threads.prune(named) == {"pruned_count": 1}
    with pytest.raises(NotFoundError):
        await client.threads.get(thread)
    assert (await client.threads.get(busy))["status"] == "busy"
    with pytest.raises(UnprocessableEntityError):
        await client.threads.prune(["x"])


async def test_a_thread_is_weighed(http: httpx.AsyncClient, client: LangGraphClient) -> None:
    """The bytes of its checkpoints, values and writes; nothing once it is empty."""
    thread, empty = await moved(client), await thread_of(client)
    own = {"X-API-Key": FIRST}
    found = (await http.get(f"/threads/{thread}/storage", headers=own)).json()
    assert found["checkpoints"]["count"] == 4
    parts = ("checkpoints", "channel_values", "pending_writes")
    assert found["total_bytes"] == sum(found[part]["bytes"] for part in parts)
    assert found["checkpoints"]["bytes"] > 0
    nothing = (await http.get(f"/threads/{empty}/storage", headers=own)).json()
    assert nothing["total_bytes"] == 0


async def test_a_thread_has_a_time(client: LangGraphClient) -> None:
    """Ttl in minutes, at creation and later; told where it is asked for."""
    made = await client.threads.create(ttl=5)
    thread = made["thread_id"]
    told: Any = await client.threads.get(thread, include=["ttl"])
    assert (told["ttl"]["ttl_minutes"], told["ttl"]["strategy"]) == (5, "delete")
    assert told["ttl"]["expires_at"] > told["created_at"]
    longer = {"ttl": 7.5, "strategy": "keep_latest"}
    await client.threads.update(thread, metadata={"a": 1}, ttl=longer, return_minimal=True)
    later: Any = await client.threads.get(thread, include=["ttl"])
    assert (later["ttl"]["ttl_minutes"], later["ttl"]["strategy"]) == (7.5, "keep_latest")
    assert later["metadata"] == {"a": 1}
    assert "ttl" not in await client.threads.get(thread)
    assert (await client.threads.get(await thread_of(client), include=["ttl"]))["ttl"] is None  # type: ignore[typeddict-item]  # theirs lacks it


async def test_a_thread_is_made_of_supersteps(client: LangGraphClient) -> None:
    """It holds what they give, a graph goes on from it; one that cannot be made is not there."""
    made: Any = await client.threads.create(graph_id="agent", supersteps=STEPS)
    assert made["values"]["done"] == ["elsewhere"]
    thread = made["thread_id"]
    assert list((await client.threads.get_state(thread))["next"]) == ["act"]
    gave: Any = await client.runs.wait(thread, "agent", input=None)
    assert gave["__interrupt__"][0]["value"] == "go on?"
    same = await client.threads.create(
        thread_id=thread, graph_id="agent", supersteps=STEPS, if_exists="do_nothing"
    )
    assert same["thread_id"] == thread
    wrong: list[Any] = [{"supersteps": STEPS}]
    wrong.append(
        {"graph_id": "agent", "supersteps": [{"updates": [{"values": {}, "as_node": "x"}]}]}
    )
    for asked in wrong:
        with pytest.raises(UnprocessableEntityError):
            await client.threads.create(**asked)
    assert await client.threads.count() == 1


async def test_threads_are_found_by_what_they_hold(client: LangGraphClient) -> None:
    """Values, wanted fields and values by path; the count is that of the search."""
    thread, asking = await moved(client), await moved(client, {"do": "ask"})
    found: Any = await client.threads.search(values={"do": "act"}, select=["thread_id", "status"])
    assert found == [{"thread_id": thread, "status": "idle"}]
    assert await client.threads.count(values={"done": ["begin"]}) == 2
    assert await client.threads.search(values={"done": ["begin"]}, limit=1, offset=2) == []
    paths = {"last": "values.done[-1]", "graph": "metadata.graph_id", "none": "values.x[3].y"}
    told: Any = await client.threads.search(extract=paths, select=["thread_id"], sort_order="asc")
    assert told == [
        {"thread_id": thread, "extracted": {"last": "act", "graph": "agent", "none": None}},
        {"thread_id": asking, "extracted": {"last": "begin", "graph": "agent", "none": None}},
    ]
    for wrong in ({"a": "nonsense.x"}, {"a": "values..x"}, {str(n): "values" for n in range(11)}):
        with pytest.raises(UnprocessableEntityError):
            await client.threads.search(extract=wrong)


async def test_only_the_fields_that_are_wanted_are_told(client: LangGraphClient) -> None:
    """Select, of states, histories, runs and assistants; a field that there is not is 422."""
    thread = await moved(client)
    state: Any = await client.threads.get_state(thread, select=["values.done", "next"])
    assert state == {"values": {"done": ["begin", "act"]}, "next": []}
    history: Any = await client.threads.get_history(thread, select=["values.do"], limit=1)
    assert history == [{"values": {"do": "act"}}]
    place: Any = {"checkpoint_ns": ""}
    at: Any = await client.threads.get_state(thread, checkpoint=place, select=["next"])
    assert at == {"next": []}
    runs: Any = await client.runs.list(thread, select=["status", "thread_id"])
    assert runs == [{"status": "success", "thread_id": thread}]
    page: Any = await client.assistants.search(
        select=["name"], sort_by="name", sort_order="desc", limit=2, response_format="object"
    )
    assert page == {"assistants": [{"name": "nested"}, {"name": "made"}], "next": "2"}
    asked: list[Any] = [client.threads.get_state(thread, select=["nonsense"])]
    asked += [client.runs.list(thread, select=["nonsense"])]  # type: ignore[list-item]  # wrong
    asked += [client.assistants.search(select=["nonsense"])]  # type: ignore[list-item]  # same
    for each in asked:
        with pytest.raises(UnprocessableEntityError):
            await each
