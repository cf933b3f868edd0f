"""Changes of a thread's state, beside runs and beside each other."""

import asyncio
import math
from dataclasses import replace
from typing import Any

import pytest
from langgraph.pregel import Pregel
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError, UnprocessableEntityError

from runtime.execution.hold import Hold, Holds
from runtime.settings import Settings
from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.test_client import ACT, thread_of
from tests.runtime.service import serving

LONG_SECONDS = 20.0
"""After which a run is taken to be left."""
PASSED_BY_SECONDS = 0.2
"""In which the worker looked at a run that may not go yet."""


class Paused:
    """Stops each change of a state in its middle."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand before LangGraph's own."""
        self.begun, self.going = asyncio.Event(), asyncio.Event()
        self._change = Pregel.aupdate_state
        paused = self

        async def changed(graph: Any, *given: Any, **asked: Any) -> Any:
            paused.begun.set()
            await paused.going.wait()
            return await paused._change(graph, *given, **asked)

        monkeypatch.setattr(Pregel, "aupdate_state", changed)


async def test_a_run_that_comes_into_a_change_waits_for_its_end(
    client: LangGraphClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ORC-08: it goes on from the changed state; nobody else changes or removes the thread."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    paused = Paused(monkeypatch)
    changing = asyncio.create_task(
        client.threads.update_state(thread, {"done": ["changed"]}, as_node="act")
    )
    await paused.begun.wait()
    run = await client.runs.create(thread, "agent", input=ACT)
    assert run["status"] == "pending"
    with pytest.raises(ConflictError):
        await client.threads.update_state(thread, {"done": ["second"]}, as_node="act")
    with pytest.raises(ConflictError):
        await client.threads.delete(thread)
    assert (await client.runs.get(thread, run["run_id"]))["status"] == "pending"
    paused.going.set()
    await changing
    gave: Any = await client.runs.join(thread, run["run_id"])
    assert gave["done"] == ["begin", "act", "changed", "begin", "act"]


async def test_a_run_that_came_into_a_change_waits_for_no_poll(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ORC-08: the worker of the process is woken when the change is over."""
    seldom = replace(own.config.execution, poll_interval_ms=3_600_000)
    service = replace(own, config=replace(own.config, execution=seldom))
    async with (
        serving(service) as http,
        get_client(url=str(http.base_url), headers={"X-API-Key": FIRST}) as client,
        asyncio.timeout(LONG_SECONDS),
    ):
        thread = await thread_of(client)
        await client.runs.wait(thread, "agent", input=ACT)
        paused = Paused(monkeypatch)
        changing = asyncio.create_task(client.threads.update_state(thread, {"done": []}))
        await paused.begun.wait()
        run = await client.runs.create(thread, "agent", input=ACT)
        await asyncio.sleep(PASSED_BY_SECONDS)
        paused.going.set()
        await changing
        assert await client.runs.join(thread, run["run_id"])


async def test_a_change_that_took_longer_than_its_hold_writes_nothing(
    client: LangGraphClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose process stood still for too long is refused, as a worker is that lost its run."""
    thread = await thread_of(client)
    before: Any = await client.runs.wait(thread, "agent", input=ACT)
    take = Holds.take

    async def late(*given: Any) -> Hold:
        hold = await take(*given)
        hold.lease.until = -math.inf
        return hold

    monkeypatch.setattr(Holds, "take", late)
    with pytest.raises(ConflictError):
        await client.threads.update_state(thread, {"done": ["late"]}, as_node="act")
    state: Any = await client.threads.get_state(thread)
    assert state["values"]["done"] == before["done"]


async def test_a_change_that_is_refused_leaves_the_thread_free(client: LangGraphClient) -> None:
    """What the graph does not take is 422, and the next change and the next run go on."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    with pytest.raises(UnprocessableEntityError):
        await client.threads.update_state(thread, {"done": []}, as_node="nobody")
    await client.threads.update_state(thread, {"done": ["changed"]}, as_node="act")
    gave: Any = await client.runs.wait(thread, "agent", input=ACT)
    assert gave["done"] == ["begin", "act", "changed", "begin", "act"]


@pytest.mark.parametrize(("node", "status"), [("begin", "interrupted"), ("act", "idle")])
async def test_a_thread_waits_for_what_its_changed_state_says(
    client: LangGraphClient, node: str, status: str
) -> None:
    """With a node to come it is interrupted, after a change and after supersteps; else idle."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    await client.threads.update_state(thread, {"done": []}, as_node=node)
    assert (await client.threads.get(thread))["status"] == status
    steps: Any = [
        {"updates": [{"values": {}, "as_node": "__input__"}]},
        {"updates": [{"values": {"done": ["begin"]}, "as_node": "begin"}]},
        {"updates": [{"values": {"done": ["act"]}, "as_node": "act"}]},
    ]
    made = await client.threads.create(
        graph_id="agent", supersteps=steps if node == "act" else steps[:2]
    )
    assert made["status"] == status
    assert [each["thread_id"] for each in await client.threads.search(status=made["status"])]
    gave: Any = await client.runs.wait(made["thread_id"], "agent", input=None)
    if status == "interrupted":
        assert gave["done"] == ["begin", "act"]
