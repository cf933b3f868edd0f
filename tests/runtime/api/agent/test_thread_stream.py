"""The stream of a whole thread."""

import asyncio
from typing import Any

import httpx
import pytest
from langgraph_sdk.client import LangGraphClient

from tests.runtime.api.agent.key import FIRST, SECOND
from tests.runtime.api.agent.listen import listening
from tests.runtime.api.agent.test_client import ACT, SLEEP, running, thread_of
from tests.runtime.service import TIMEOUT_SECONDS, until

WHOLE = ["metadata", "values", "values", "values", "metadata"]
"""Events of a run that ends, its beginning and its end among them."""


async def heard(stream: Any, names: list[str]) -> list[Any]:
    """Return the parts of a stream until these events have come, in this order."""
    parts, left = [], [*names]
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while left:
            parts.append(await anext(stream))
            if parts[-1].event == left[0]:
                left.pop(0)
    return parts


RAN = ["metadata", "metadata"]
"""What `lifecycle` tells of a run."""


def begun(parts: list[Any]) -> list[str]:
    """Return the runs that were told to begin."""
    return [part.data["run_id"] for part in parts if "attempt" in part.data]


def ended(parts: list[Any]) -> list[str]:
    """Return the runs that were told to have ended."""
    return [part.data["run_id"] for part in parts if part.data.get("status") == "run_done"]


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
    assert begun(parts)[1:] == ended(parts)[1:] == [run["run_id"] for run in ran]
    assert parts[-2].data["done"] == ["begin", "act"] * 3
    again: Any = await client.threads.join_stream(thread, last_event_id=parts[6].id)
    rest = await heard(again, ["values", "values", "metadata", *WHOLE])
    await again.aclose()
    assert [part.id for part in rest] == [part.id for part in parts[7:]]


async def test_who_wants_only_runs_hears_only_runs(client: LangGraphClient) -> None:
    """ORC-08: `lifecycle` tells each run's beginning and end; one who comes back misses none."""
    thread = await streamed(client)
    asked: dict[str, Any] = {"stream_mode": "lifecycle", "last_event_id": "-1"}
    stream: Any = await client.threads.join_stream(thread, **asked)
    parts = await heard(stream, RAN)  # from now on somebody listens
    run = await client.runs.create(thread, "agent", input={"do": "fail"})
    parts += await heard(stream, RAN)
    await stream.aclose()
    assert len(parts) == 4
    assert begun(parts) == ended(parts)
    assert parts[3].data == {"status": "run_done", "run_id": run["run_id"]}
    for number in (1, 2):
        again: Any = await client.threads.join_stream(
            thread, stream_mode="lifecycle", last_event_id=parts[number].id
        )
        rest = await heard(again, ["metadata"] * (3 - number))
        await again.aclose()
        assert [part.id for part in rest] == [part.id for part in parts[number + 1 :]]


async def test_changes_of_the_state_are_heard_between_runs(client: LangGraphClient) -> None:
    """ORC-08: `state_update` tells what callers lay over a state, in its place among the runs."""
    thread = await streamed(client)
    modes: Any = ["lifecycle", "state_update"]
    asked: dict[str, Any] = {"stream_mode": modes, "last_event_id": "-1"}
    stream: Any = await client.threads.join_stream(thread, **asked)
    parts = await heard(stream, RAN)  # from now on somebody listens
    for text in ("one", "two"):
        await client.threads.update_state(thread, {"done": [text]}, as_node="act")
    await client.runs.wait(thread, "agent", input=ACT)
    await client.threads.update_state(thread, {"done": ["three"]}, as_node="act")
    parts += await heard(stream, ["state_update", "state_update", *RAN, "state_update"])
    await stream.aclose()
    states = [part.data for part in parts if part.event == "state_update"]
    assert [each["state"]["values"]["done"][-1] for each in states] == ["one", "two", "three"]
    assert {each["thread_id"] for each in states} == {thread}
    assert len(parts) == 7
    for number in range(6):
        asked["last_event_id"] = parts[number].id
        again: Any = await client.threads.join_stream(thread, **asked)
        rest = await heard(again, [part.event for part in parts[number + 1 :]])
        await again.aclose()
        assert [part.id for part in rest] == [part.id for part in parts[number + 1 :]]


async def test_who_wants_only_changes_hears_only_changes(client: LangGraphClient) -> None:
    """ORC-08: neither the beginning nor the end of a run between them."""
    thread = await streamed(client)
    asked: dict[str, Any] = {"stream_mode": "state_update", "last_event_id": "-1"}
    stream: Any = await client.threads.join_stream(thread, **asked)
    hearing = asyncio.create_task(heard(stream, ["state_update"]))

    async def known() -> bool:
        await client.threads.update_state(thread, {"done": ["changed"]}, as_node="act")
        await asyncio.wait([hearing], timeout=0.1)
        return hearing.done()

    await until(known)  # of the first changes nobody heard yet
    await client.runs.wait(thread, "agent", input=ACT)
    await client.threads.update_state(thread, {"done": ["last"]}, as_node="act")
    parts = hearing.result()
    while parts[-1].data["state"]["values"]["done"][-1] != "last":
        parts += await heard(stream, [parts[-1].event])
    await stream.aclose()
    assert {part.event for part in parts} == {"state_update"}


async def test_who_names_nothing_hears_all_from_now(
    http: httpx.AsyncClient, client: LangGraphClient
) -> None:
    """ORC-08: without an id and a mode what runs tell is told, of those that begin from then on."""
    thread = await streamed(client)
    address, own = f"/threads/{thread}/stream", {"X-API-Key": FIRST}
    async with http.stream("GET", address, headers=own) as answer:
        run = (await client.runs.create(thread, "agent", input=ACT))["run_id"]
        told: list[str] = []
        async for line in answer.aiter_lines():
            told.append(line)
            if line == f"id: {run}:done":
                break
    ids = [line for line in told if line.startswith("id:")]
    assert all(line.startswith(f"id: {run}") for line in ids)
    assert [line for line in told if line == "event: values"]


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
    await asyncio.wait_for(joined.wait(), TIMEOUT_SECONDS)
    await client.runs.cancel(thread, run["run_id"], action="rollback")
    new = await client.runs.create(thread, "agent", input=ACT)
    parts = await hearing
    await stream.aclose()
    assert begun(parts) == [new["run_id"]]
    assert ended(parts) == [run["run_id"], new["run_id"]]
    assert parts[-2].data["done"] == ["begin", "act"] * 2


async def test_the_stream_ends_with_its_thread(
    http: httpx.AsyncClient, client: LangGraphClient
) -> None:
    """Who listens to a thread that is removed has a whole answer, not one that breaks off."""
    thread = await thread_of(client)
    async with (
        asyncio.timeout(TIMEOUT_SECONDS),
        http.stream("GET", f"/threads/{thread}/stream", headers={"X-API-Key": FIRST}) as answer,
    ):
        await client.threads.delete(thread)
        assert not [line async for line in answer.aiter_lines() if line.startswith("event")]


async def test_a_wrong_question_is_told_what_is_wrong(
    http: httpx.AsyncClient, client: LangGraphClient
) -> None:
    """A bad id or mode is 422 by its name; a change or a thread that there is not is 404."""
    own = {"X-API-Key": FIRST}
    address = f"/threads/{await thread_of(client)}/stream"
    wrong: tuple[tuple[dict[str, str], dict[str, str], int, str], ...] = (
        ({"Last-Event-ID": "x"}, {}, 422, "Last-Event-ID"),
        ({}, {"stream_mode": "x"}, 422, "stream_mode"),
        ({"Last-Event-ID": "state:done"}, {}, 422, "Last-Event-ID"),
        ({"Last-Event-ID": "state:7"}, {}, 404, "no change 7"),
    )
    for headers, query, status, named in wrong:
        answer = await http.get(address, headers={**own, **headers}, params=query)
        assert answer.status_code == status
        assert named in answer.json()["detail"]
    foreign = {"X-API-Key": SECOND, "Last-Event-ID": "-1"}
    assert (await http.get(address, headers=foreign)).status_code == 404
