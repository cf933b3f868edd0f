"""The stream of a whole thread."""

import asyncio
from typing import Any

import httpx
import pytest
from langgraph_sdk.client import LangGraphClient

from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.listen import listening
from tests.runtime.api.agent.test_client import ACT, SLEEP, running, thread_of
from tests.runtime.service import TIMEOUT_SECONDS

WHOLE = ["metadata", "values", "values", "values"]
"""Events of a run that ends."""


async def heard(stream: Any, names: list[str]) -> list[Any]:
    """Return the parts of a stream until these events have come, in this order."""
    parts, left = [], [*names]
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while left:
            parts.append(await anext(stream))
            if parts[-1].event == left[0]:
                left.pop(0)
    return parts


async def streamed(client: LangGraphClient) -> str:
    """Return a thread with a run whose events were kept."""
    thread = await thread_of(client)
    async for _ in client.runs.stream(thread, "agent", input=ACT):
        pass
    return thread


async def test_the_runs_of_a_thread_are_heard_one_after_another(client: LangGraphClient) -> None:
    """Who listens to a thread hears background runs too, whole, and can come back to the middle."""
    thread = await streamed(client)
    stream: Any = await client.threads.join_stream(thread, last_event_id="-1")
    parts = await heard(stream, WHOLE)
    ran = [await client.runs.create(thread, "agent", input=ACT) for _ in range(2)]
    parts += await heard(stream, [*WHOLE, *WHOLE])
    await stream.aclose()
    begun = [part.data["run_id"] for part in parts if part.event == "metadata"]
    assert begun[1:] == [run["run_id"] for run in ran]
    assert parts[-1].data["done"] == ["begin", "act"] * 3
    again: Any = await client.threads.join_stream(thread, last_event_id=parts[5].id)
    rest = await heard(again, ["values", "values", *WHOLE])
    await again.aclose()
    assert [part.id for part in rest] == [part.id for part in parts[6:]]


async def test_a_thread_is_heard_from_now_and_past_what_is_taken_back(
    client: LangGraphClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an id nothing is told again; a run that is rolled back does not end the stream."""
    thread = await streamed(client)
    run = await client.runs.create(thread, "agent", input=SLEEP)
    await running(client, thread, run["run_id"])
    joined = listening(monkeypatch)
    stream: Any = await client.threads.join_stream(thread)
    hearing = asyncio.create_task(heard(stream, WHOLE))
    await joined.wait()
    await client.runs.cancel(thread, run["run_id"], action="rollback")
    new = await client.runs.create(thread, "agent", input=ACT)
    parts = await hearing
    await stream.aclose()
    begun = [part.data["run_id"] for part in parts if part.event == "metadata"]
    assert begun == [new["run_id"]]
    assert parts[-1].data["done"] == ["begin", "act"] * 2


async def test_a_wrong_question_is_told_what_is_wrong(
    http: httpx.AsyncClient, client: LangGraphClient
) -> None:
    """A bad id or mode is 422 by its name; a mode that is not there yet is 501."""
    own = {"X-API-Key": FIRST}
    address = f"/threads/{await thread_of(client)}/stream"
    wrong: tuple[tuple[dict[str, str], dict[str, str], int, str], ...] = (
        ({"Last-Event-ID": "x"}, {}, 422, "Last-Event-ID"),
        ({}, {"stream_mode": "x"}, 422, "stream_mode"),
        ({}, {"stream_mode": "lifecycle"}, 501, "lifecycle"),
    )
    for headers, query, status, named in wrong:
        answer = await http.get(address, headers={**own, **headers}, params=query)
        assert answer.status_code == status
        assert named in answer.json()["detail"]
