"""The official client against the service, unchanged."""

import asyncio
from typing import Any

import httpx
import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, NotFoundError, UnprocessableEntityError

from tests.runtime.api.agent.key import FIRST
from tests.runtime.service import until

ACT = {"do": "act"}
MISSING = "5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11"
SLEEP = {"do": "sleep"}


async def thread_of(client: LangGraphClient) -> str:
    """Make a thread; return its id."""
    return str((await client.threads.create())["thread_id"])


async def running(client: LangGraphClient, thread: str, run: str) -> None:
    """Wait until a run sleeps in its second node."""

    async def asleep() -> bool:
        state = await client.threads.get_state(thread)
        status = (await client.runs.get(thread, run))["status"]
        return status == "running" and list(state["next"]) == ["act"]

    await until(asleep)


async def test_assistants_are_the_registered_graphs(client: LangGraphClient) -> None:
    """Each graph has one assistant, found by name and by the UUID that it always has."""
    found = await client.assistants.search()
    assert [each["graph_id"] for each in found] == ["agent", "made", "nested"]
    assert await client.assistants.count() == 3
    by_id = await client.assistants.get(found[0]["assistant_id"])
    assert by_id == await client.assistants.get("agent") == found[0]
    drawn = await client.assistants.get_graph("agent")
    assert {node["id"] for node in drawn["nodes"]} >= {"begin", "act"}
    schemas = await client.assistants.get_schemas("made")
    assert schemas["input_schema"] is not None
    assert "done" in schemas["input_schema"]["properties"]


async def test_graphs_in_graphs_are_found(client: LangGraphClient) -> None:
    """Subgraphs by the node that they are, one by its name, and none where there is none."""
    inner = await client.assistants.get_subgraphs("nested")
    assert set(inner) == {"inside"}
    assert "done" in (inner["inside"]["input_schema"] or {})["properties"]
    assert await client.assistants.get_subgraphs("nested", namespace="inside") == inner
    assert await client.assistants.get_subgraphs("nested", namespace="x", recurse=True) == {}
    assert await client.assistants.get_subgraphs("agent") == {}


async def test_a_run_begins_when_its_time_has_come(client: LangGraphClient) -> None:
    """after_seconds: it waits while a later one goes first, and is executed then."""
    thread = await thread_of(client)
    late = await client.runs.create(thread, "agent", input=ACT, after_seconds=1)
    first: Any = await client.runs.wait(thread, "agent", input=ACT)
    assert first["done"] == ["begin", "act"]
    assert (await client.runs.join(thread, late["run_id"]))["done"] == ["begin", "act"] * 2


async def test_a_strict_resume_answers_only_what_was_asked(client: LangGraphClient) -> None:
    """An answer to a question that does not wait is an error, and the real one still waits."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input={"do": "ask"})
    wrong: Any = {"resume": {"0" * 32: "yes"}}
    with pytest.raises(Exception, match="UnknownInterruptError"):
        await client.runs.wait(thread, "agent", command=wrong, strict_resume=True)
    assert (await client.threads.get(thread))["status"] == "interrupted"
    right: Any = {"resume": "yes"}
    after: Any = await client.runs.wait(thread, "agent", command=right, strict_resume=True)
    assert after["done"] == ["begin", "asked: yes"]


async def test_threads_are_made_found_changed_and_removed(client: LangGraphClient) -> None:
    """create, get, search, count, update and delete, with the statuses the client expects."""
    made = await client.threads.create(metadata={"a": 1}, graph_id="agent")
    thread = made["thread_id"]
    assert made["status"] == "idle"
    assert await client.threads.create(thread_id=thread, if_exists="do_nothing") == made
    with pytest.raises(ConflictError):
        await client.threads.create(thread_id=thread)
    changed = await client.threads.update(thread, metadata={"b": 2})
    assert changed["metadata"] == {"a": 1, "b": 2, "graph_id": "agent"}
    for wanted, count in (({"b": 2}, 1), ({"b": 3}, 0)):
        assert len(await client.threads.search(metadata=wanted)) == count
        assert await client.threads.count(metadata=wanted) == count
    await client.threads.delete(thread)
    with pytest.raises(NotFoundError):
        await client.threads.get(thread)


async def test_a_run_is_waited_for(client: LangGraphClient) -> None:
    """runs.wait gives the last values, and the thread keeps them over runs."""
    thread = await thread_of(client)
    gave: Any = await client.runs.wait(thread, "agent", input=ACT)
    assert gave["done"] == ["begin", "act"]
    assert [message["content"] for message in gave["messages"]] == ["hello", "good day"]
    kept = await client.threads.get(thread)
    assert (kept["status"], kept["values"]) == ("idle", gave)
    again: Any = await client.runs.wait(thread, "made", input=ACT)
    assert again["done"] == ["begin", "act"] * 2
    runs = await client.runs.list(thread)
    assert [run["status"] for run in runs] == ["success", "success"]


async def test_a_background_run_is_joined(client: LangGraphClient) -> None:
    """runs.create returns at once; join gives what it gave, also after its end."""
    thread = await thread_of(client)
    run = await client.runs.create(thread, "agent", input=ACT, metadata={"of": "test"})
    assert (run["status"], run["metadata"]) == ("running", {"of": "test"})
    for _ in range(2):
        assert (await client.runs.join(thread, run["run_id"]))["done"] == ["begin", "act"]


async def test_a_run_without_a_thread_leaves_none(client: LangGraphClient) -> None:
    """Stateless: wait, stream and create work, and no thread of theirs is listed."""
    gave: Any = await client.runs.wait(None, "agent", input=ACT)
    assert gave["done"] == ["begin", "act"]
    parts = [part async for part in client.runs.stream(None, "agent", input=ACT)]
    assert parts[-1].data["done"] == ["begin", "act"]
    run = await client.runs.create(None, "agent", input=ACT)
    assert (await client.runs.join(run["thread_id"], run["run_id"]))["done"] == ["begin", "act"]
    assert await client.threads.search() == []


async def test_state_and_history_tell_how_a_thread_got_there(client: LangGraphClient) -> None:
    """get_state now and at a checkpoint, get_history, and update_state as a node."""
    thread = await thread_of(client)
    empty = await client.threads.get_state(thread)
    assert (empty["values"], empty["next"]) == ({}, [])
    await client.runs.wait(thread, "agent", input=ACT)
    history = await client.threads.get_history(thread)
    assert [list(state["next"]) for state in history] == [[], ["act"], ["begin"], ["__start__"]]
    middle = history[1]["checkpoint"]
    for state in (
        await client.threads.get_state(thread, checkpoint_id=middle["checkpoint_id"]),
        await client.threads.get_state(thread, checkpoint=middle),
    ):
        assert state["values"] == history[1]["values"]
    changed = await client.threads.update_state(thread, {"done": ["by hand"]}, as_node="act")
    assert changed["checkpoint"]["thread_id"] == thread
    now: Any = await client.threads.get_state(thread)
    assert now["values"]["done"] == ["begin", "act", "by hand"]


async def test_a_state_that_cannot_be_is_refused(client: LangGraphClient) -> None:
    """Values or a node that the graph has not are 422, a checkpoint that is not there is 404."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    for values, node in (({"done": ["x"]}, "nobody"), ({"done": 5}, "act"), ("text", "act")):
        with pytest.raises(UnprocessableEntityError):
            await client.threads.update_state(thread, values, as_node=node)  # type: ignore[arg-type]  # wrong on purpose
    nowhere: list[Any] = [{"checkpoint_id": MISSING}, {"checkpoint_ns": "no:such"}]
    for place in nowhere:
        with pytest.raises(NotFoundError):
            await client.threads.get_state(thread, checkpoint=place)
    kept: Any = await client.threads.get_state(thread)
    assert kept["values"]["done"] == ["begin", "act"]


async def test_a_graph_asks_a_person_and_goes_on(client: LangGraphClient) -> None:
    """An interrupt is told by run, thread and state; command.resume answers it."""
    thread = await thread_of(client)
    gave: Any = await client.runs.wait(thread, "agent", input={"do": "ask"})
    assert gave["__interrupt__"][0]["value"] == "go on?"
    held = await client.threads.get(thread)
    assert held["status"] == "interrupted"
    assert [each[0]["value"] for each in held["interrupts"].values()] == ["go on?"]
    after: Any = await client.runs.wait(thread, "agent", command={"resume": "yes"})
    assert after["done"] == ["begin", "asked: yes"]


async def test_a_failed_run_says_so_everywhere(client: LangGraphClient) -> None:
    """The wait raises, the stream ends with an error, and neither shows the inside."""
    thread = await thread_of(client)
    with pytest.raises(Exception, match="ValueError: the graph raised"):
        await client.runs.wait(thread, "agent", input={"do": "fail"})
    stream = client.runs.stream(thread, "agent", input={"do": "fail"})
    parts = [part async for part in stream]
    assert parts[-1].event == "error"
    assert parts[-1].data["error"] == "ValueError"
    assert "inside" not in str(parts)
    (run, _) = await client.runs.list(thread)
    assert run["status"] == "error"


async def test_a_cancelled_run_ends_as_interrupted(client: LangGraphClient) -> None:
    """Cancel reaches the running node; wait=True returns when it has ended."""
    thread = await thread_of(client)
    run = await client.runs.create(thread, "agent", input=SLEEP)
    await running(client, thread, run["run_id"])
    await client.runs.cancel(thread, run["run_id"], wait=True)
    ended = await client.runs.get(thread, run["run_id"])
    assert (ended["status"], ended.get("cancel_reason")) == ("interrupted", "user")
    assert (await client.threads.get(thread))["status"] == "idle"


async def test_double_texting_does_what_is_asked(client: LangGraphClient) -> None:
    """Reject is 409, enqueue waits its turn, interrupt ends the run under way."""
    thread = await thread_of(client)
    first = await client.runs.create(thread, "agent", input=SLEEP)
    await running(client, thread, first["run_id"])
    with pytest.raises(ConflictError):
        await client.runs.create(thread, "agent", input=ACT, multitask_strategy="reject")
    second = await client.runs.create(thread, "agent", input=ACT, multitask_strategy="enqueue")
    assert (await client.runs.get(thread, second["run_id"]))["status"] == "pending"
    third: Any = await client.runs.wait(thread, "agent", input=ACT, multitask_strategy="interrupt")
    assert third["done"][-2:] == ["begin", "act"]
    for run in (first, second):
        assert (await client.runs.get(thread, run["run_id"]))["status"] == "interrupted"


async def test_if_not_exists_decides_about_a_missing_thread(client: LangGraphClient) -> None:
    """Reject is 404, create makes the thread with that id."""
    missing = MISSING
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await client.runs.wait(missing, "agent", input=ACT)
    gave: Any = await client.runs.wait(missing, "agent", input=ACT, if_not_exists="create")
    assert gave["done"] == ["begin", "act"]
    with pytest.raises(NotFoundError):
        await client.runs.create(missing, "no such graph", input=ACT)


async def test_the_synchronous_client_and_remote_graph_work(client: LangGraphClient) -> None:
    """The two other ways in: the client without asyncio, and a graph that stands for ours."""
    url = str(client.http.client.base_url)
    headers = {"X-API-Key": FIRST}

    def synchronous() -> Any:
        with get_sync_client(url=url, headers=headers) as sync:
            thread = sync.threads.create()["thread_id"]
            return sync.runs.wait(thread, "agent", input=ACT)

    assert (await asyncio.to_thread(synchronous))["done"] == ["begin", "act"]
    remote = RemoteGraph("agent", url=url, headers=headers, client=client)
    thread = await thread_of(client)
    config: Any = {"configurable": {"thread_id": thread}}
    assert (await remote.ainvoke(ACT, config))["done"] == ["begin", "act"]
    state = await remote.aget_state(config)
    assert state.values["done"] == ["begin", "act"]
