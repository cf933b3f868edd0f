"""Streams: modes, replay after a number, and their end."""

import asyncio
from typing import Any

import httpx
import pytest
from langgraph_sdk.client import LangGraphClient

from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.listen import listening
from tests.runtime.api.agent.test_client import ACT, SLEEP, running, thread_of
from tests.runtime.service import until


async def events(client: LangGraphClient, modes: Any, **asked: Any) -> list[tuple[str, Any]]:
    """Return the events of a run in some modes."""
    stream = client.runs.stream(
        await thread_of(client), "agent", input=ACT, stream_mode=modes, **asked
    )
    return [(part.event, part.data) async for part in stream]


@pytest.mark.parametrize(
    ("mode", "event", "count"),
    [
        ("values", "values", 3),
        ("updates", "updates", 2),
        ("custom", "custom", 1),
        ("messages-tuple", "messages", 2),
        ("messages", "messages/complete", 2),
        ("tasks", "tasks", 4),
        ("checkpoints", "checkpoints", 4),
        ("debug", "debug", 8),
    ],
)
async def test_each_mode_is_streamed(
    client: LangGraphClient, mode: str, event: str, count: int
) -> None:
    """The events of a mode have its name, and metadata names the run first."""
    found = await events(client, mode)
    assert found[0][0] == "metadata"
    assert "run_id" in found[0][1]
    assert [name for name, _ in found].count(event) == count, found


async def test_several_modes_and_events_come_together(client: LangGraphClient) -> None:
    """Updates and custom parts as they happen; LangChain's own events beside values."""
    found = await events(client, ["updates", "custom"])
    assert [name for name, _ in found] == ["metadata", "custom", "updates", "updates"]
    assert found[1][1] == {"progress": "begun"}
    names = {name for name, _ in await events(client, ["events", "values"])}
    assert names == {"metadata", "events", "values"}


async def test_a_stream_is_joined_where_it_was_left(client: LangGraphClient) -> None:
    """Last-Event-ID replays what came after it, and ends when the run has ended."""
    thread = await thread_of(client)
    stream = client.runs.stream(thread, "agent", input=ACT, stream_mode="updates")
    parts = [part async for part in stream]
    (run,) = await client.runs.list(thread)
    whole = [
        part async for part in client.runs.join_stream(thread, run["run_id"], last_event_id="-1")
    ]
    rest = [
        part async for part in client.runs.join_stream(thread, run["run_id"], last_event_id="1")
    ]
    assert [part.data for part in whole] == [part.data for part in parts]
    assert [part.data for part in rest] == [part.data for part in parts[2:]]
    assert [part async for part in client.runs.join_stream(thread, run["run_id"])] == []


async def test_a_stream_is_joined_while_the_run_goes_on(
    client: LangGraphClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who joins later gets what comes from then on, to the end by cancellation."""
    thread = await thread_of(client)
    run = await client.runs.create(thread, "agent", input=SLEEP)
    await running(client, thread, run["run_id"])

    async def joined() -> list[Any]:
        stream = client.runs.join_stream(thread, run["run_id"])
        return [part.event async for part in stream]

    begun = listening(monkeypatch)
    follower = asyncio.create_task(joined())
    await begun.wait()
    await client.runs.cancel(thread, run["run_id"])
    assert await follower == ["error"]


async def test_a_caller_who_leaves_may_end_the_run(client: LangGraphClient) -> None:
    """on_disconnect: `cancel` ends the run with its stream."""
    thread = await thread_of(client)
    stream = client.runs.stream(thread, "agent", input=SLEEP, on_disconnect="cancel")
    async for _ in stream:
        break
    (run,) = await client.runs.list(thread)
    await running(client, thread, run["run_id"])
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    ended: Any = await client.runs.join(thread, run["run_id"])
    assert ended["__error__"]["error"] == "cancelled"


async def test_a_caller_who_leaves_a_wait_at_once_may_end_the_run(
    client: LangGraphClient, http: httpx.AsyncClient
) -> None:
    """on_disconnect: also before a first line came of the answer."""
    thread = await thread_of(client)
    body = {"assistant_id": "agent", "input": SLEEP, "on_disconnect": "cancel"}
    asked = http.post(f"/threads/{thread}/runs/wait", json=body, headers={"X-API-Key": FIRST})
    waiting = asyncio.create_task(asked)

    async def states() -> list[str]:
        return [str(run["status"]) for run in await client.runs.list(thread)]

    async def entered() -> bool:
        return bool(await states())

    async def interrupted() -> bool:
        return await states() == ["interrupted"]

    await until(entered)
    waiting.cancel()
    await until(interrupted)


async def test_a_number_that_is_none_is_refused(http: httpx.AsyncClient) -> None:
    """A bad Last-Event-ID gets 422 and its name, not the whole stream again."""
    headers = {"X-API-Key": FIRST, "Last-Event-ID": "x"}
    one = "5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11"
    answer = await http.get(f"/threads/{one}/runs/{one}/stream", headers=headers)
    assert answer.status_code == 422
    assert "Last-Event-ID" in answer.json()["detail"]
