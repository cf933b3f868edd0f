"""Runs that are taken back, as the official client asks for it."""

import asyncio
from typing import Any

import pytest
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, NotFoundError, UnprocessableEntityError

from tests.runtime.api.agent.test_client import ACT, MISSING, SLEEP, running, thread_of


async def begun(client: LangGraphClient, thread: str) -> str:
    """Ask for a run that sleeps in its second node; return its id."""
    run = await client.runs.create(thread, "agent", input=SLEEP)
    await running(client, thread, run["run_id"])
    return str(run["run_id"])


async def test_a_run_that_is_rolled_back_never_was(client: LangGraphClient) -> None:
    """Cancel with action=rollback: the run is 404, the thread is what it was, and goes on."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    before = await client.threads.get_history(thread)
    run = await begun(client, thread)
    await client.runs.cancel(thread, run, wait=True, action="rollback")
    with pytest.raises(NotFoundError):
        await client.runs.get(thread, run)
    assert await client.threads.get_history(thread) == before
    assert len(await client.runs.list(thread)) == 1
    gave: Any = await client.runs.wait(thread, "agent", input=ACT)
    assert gave["done"] == ["begin", "act"] * 2


async def test_a_new_run_rolls_the_one_under_way_back(client: LangGraphClient) -> None:
    """multitask_strategy: `rollback` leaves nothing of the first run, and runs the second."""
    thread = await thread_of(client)
    run = await begun(client, thread)
    gave: Any = await client.runs.wait(thread, "agent", input=ACT, multitask_strategy="rollback")
    assert gave["done"] == ["begin", "act"]
    with pytest.raises(NotFoundError):
        await client.runs.get(thread, run)


async def test_who_waits_for_what_is_rolled_back_is_told(client: LangGraphClient) -> None:
    """A stream and a join end with an error, not in the middle, and not as if all were well."""
    thread = await thread_of(client)
    stream = client.runs.stream(thread, "agent", input=SLEEP, stream_mode="updates")
    parts = [await anext(stream)]
    run = parts[0].data["run_id"]
    await running(client, thread, run)
    joined = asyncio.create_task(client.runs.join(thread, run))
    await client.runs.cancel(thread, run, action="rollback")
    parts += [part async for part in stream]
    assert [part.event for part in parts] == ["metadata", "updates", "error"]
    told: Any = await joined
    assert told["__error__"]["error"] == "removed"


async def test_what_has_ended_is_not_rolled_back(client: LangGraphClient) -> None:
    """409: later runs may have gone on from it."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    (run,) = await client.runs.list(thread)
    with pytest.raises(ConflictError):
        await client.runs.cancel(thread, run["run_id"], action="rollback")


async def test_many_runs_are_cancelled_at_once(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """cancel_many: by thread and ids or by status, with both actions; 404 where none is meant."""
    thread, other = await thread_of(client), await thread_of(client)
    first, second = await begun(client, thread), await begun(client, other)
    with pytest.raises(NotFoundError):
        await stranger.runs.cancel_many(status="all")
    await client.runs.cancel_many(thread_id=thread, run_ids=[first, MISSING])
    assert (await client.runs.join(thread, first))["__error__"]["error"] == "cancelled"
    await client.runs.cancel_many(status="running", action="rollback")
    assert (await client.runs.join(other, second))["__error__"]["error"] == "removed"
    with pytest.raises(NotFoundError):
        await client.runs.cancel_many(status="all")
    wrong: list[dict[str, Any]] = [{}, {"thread_id": thread}, {"status": "ended"}]
    wrong += [{"thread_id": thread, "run_ids": [first], "status": "all"}, {"run_ids": ["x"]}]
    for asked in wrong:
        with pytest.raises(UnprocessableEntityError):
            await client.runs.cancel_many(**asked)
