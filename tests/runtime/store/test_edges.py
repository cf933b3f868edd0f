"""What a graph may do wrong with the store, or at the wrong time, on both databases."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from langgraph.store.base import ListNamespacesOp, MatchCondition

from runtime.errors import LeaseLostError, RequestError
from runtime.persistence.fence import HELD, Lease
from runtime.settings import Settings
from runtime.store.items import Items
from runtime.store.owned import OwnedStore
from tests.runtime.store.conftest import open_items

PLACE = ("users", "one")
ROUNDS = 20

Write = Callable[[OwnedStore], Coroutine[Any, Any, None]]


@pytest.fixture
async def store(items: Items) -> OwnedStore:
    """Give the store of one owner."""
    return OwnedStore(items, "key:one")


async def put(store: OwnedStore) -> None:
    """Put an item in place of what is there."""
    await store.aput(PLACE, "kept", {"by": "zombie"})


async def delete(store: OwnedStore) -> None:
    """Remove it."""
    await store.adelete(PLACE, "kept")


async def put_in_a_thread(store: OwnedStore) -> None:
    """Put it as a node does that is no coroutine."""
    await asyncio.to_thread(store.put, PLACE, "kept", {"by": "zombie"})


@pytest.mark.parametrize("write", [put, delete, put_in_a_thread])
async def test_a_worker_that_lost_its_run_writes_nothing(store: OwnedStore, write: Write) -> None:
    """ORC-08: what a node still writes once another worker may have the run is refused."""
    await store.aput(PLACE, "kept", {"by": "owner"})
    held = HELD.set(Lease(run_id="run", token=1, until=time.monotonic() - 1))
    try:
        with pytest.raises(LeaseLostError):
            await write(store)
    finally:
        HELD.reset(held)
    found = await store.aget(PLACE, "kept")
    assert found is not None
    assert found.value == {"by": "owner"}


async def test_a_run_is_ended_only_when_its_items_are_kept(store: OwnedStore) -> None:
    """What is being written when a run ends is waited for; what comes later is refused."""
    lease = Lease(run_id="run", token=1, until=time.monotonic() + 60)
    held = HELD.set(lease)
    try:
        writing = asyncio.create_task(store.aput(PLACE, "kept", {}))
        await asyncio.sleep(0)  # it begins, and waits for the database
        assert lease.writing
        await lease.close()
        assert not lease.writing
        with pytest.raises(LeaseLostError):
            await put(store)
        await writing
    finally:
        HELD.reset(held)


async def test_a_node_may_lead_an_event_loop_of_its_own(store: OwnedStore) -> None:
    """It is answered by the service's loop, also while that one uses the database itself."""

    async def apart() -> int:
        for number in range(ROUNDS):
            await store.aput(PLACE, f"apart{number}", {})
        return len(await store.asearch(PLACE, limit=1000))

    led = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(apart())))
    for number in range(ROUNDS):
        await store.aput(PLACE, f"own{number}", {})
    assert await led >= ROUNDS
    assert len(await store.asearch(PLACE, limit=1000)) == 2 * ROUNDS


@pytest.mark.parametrize("asked", [{"limit": -1}, {"offset": -1}])
async def test_a_page_cannot_be_negative(store: OwnedStore, asked: dict[str, int]) -> None:
    """SQLite would take -1 for everything, and Postgres would end the run with its own words."""
    (name,) = asked
    with pytest.raises(RequestError, match=f"{name}: -1"):
        await store.asearch(PLACE, **asked)  # type: ignore[arg-type]  # limit or offset
    with pytest.raises(RequestError, match=f"{name}: -1"):
        await store.alist_namespaces(**asked)  # type: ignore[arg-type]  # same


@pytest.mark.parametrize("minutes", [0, -1, 1e300, float("nan")])
async def test_a_time_that_nothing_can_stay_is_refused(store: OwnedStore, minutes: float) -> None:
    """A graph's own call is held to what the API is held to, and is told the value."""
    with pytest.raises(RequestError, match=f"ttl: {minutes}".replace("+", r"\+")):
        await store.aput(PLACE, "kept", {}, ttl=minutes)


async def test_a_value_larger_than_a_request_is_refused(stored: Settings) -> None:
    """What a graph puts is bounded as what a caller sends; the error names item, size and fix."""
    most = 16 * 1024 - len('{"text":""}')
    async with open_items(stored, 16) as items:
        store = OwnedStore(items, "key:one")
        await store.aput(PLACE, "fits", {"text": "x" * most})
        told = r"'large' in \('users', 'one'\): 16385 bytes .* 16 KiB.* api.max_body_kib"
        with pytest.raises(RequestError, match=told):
            await store.aput(PLACE, "large", {"text": "\u00fc" + "x" * (most - 1)})
        assert await store.aget(PLACE, "large") is None


async def test_a_value_that_is_no_object_is_refused(store: OwnedStore) -> None:
    """The error says what it is instead."""
    values: Any = ["a", "list"]
    with pytest.raises(RequestError, match="value: list is no JSON object"):
        await store.aput(PLACE, "kept", values)


async def test_two_conditions_of_a_kind_are_refused(store: OwnedStore) -> None:
    """Neither is left out without a word."""
    twice = [MatchCondition("prefix", ("a",)), MatchCondition("prefix", ("b",))]
    asked = ListNamespacesOp(match_conditions=tuple(twice))
    with pytest.raises(RequestError, match="prefix: stated twice"):
        await store.abatch([asked])
