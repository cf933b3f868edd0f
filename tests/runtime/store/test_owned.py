"""LangGraph's store over one owner's items, held to what LangGraph says of stores."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from langgraph.store.base import InvalidNamespaceError, PutOp

from profiles.items import Items as Kept
from runtime.errors import NotSupportedError, RequestError
from runtime.settings import Settings
from runtime.store.items import Items
from runtime.store.owned import OwnedStore, Stores
from tests.runtime.service import until
from tests.runtime.store.conftest import open_items

PLACE = ("users", "one")


@pytest.fixture
async def store(items: Items) -> OwnedStore:
    """Give the store of one owner."""
    return OwnedStore(items, "key:one")


async def test_what_is_put_is_got_and_gone_when_deleted(store: OwnedStore) -> None:
    """ORC-10: a value comes back as it was, a second one replaces it and keeps its beginning."""
    value = {"likes": ["tea", {"deep": [1, 2.5, None, True]}], "\u00fc": "\U0001f600 ' % :owner {"}
    await store.aput(PLACE, "tastes", value)
    first = await store.aget(PLACE, "tastes")
    assert first is not None
    assert (first.namespace, first.key, first.value) == (PLACE, "tastes", value)
    assert abs((datetime.now(UTC) - first.created_at).total_seconds()) < 60
    await store.aput(PLACE, "tastes", {"likes": []})
    second = await store.aget(PLACE, "tastes")
    assert second is not None
    assert second.value == {"likes": []}
    assert second.created_at == first.created_at
    assert second.updated_at >= first.updated_at
    await store.adelete(PLACE, "tastes")
    assert await store.aget(PLACE, "tastes") is None


async def test_a_text_that_only_looks_like_an_escape_is_kept(store: OwnedStore) -> None:
    """A backslash and the letters after it are no NUL character, and can be looked for."""
    await store.aput(PLACE, "text", {"a": r"\u0000"})
    (found,) = await store.asearch(PLACE, filter={"a": r"\u0000"})
    assert found.value == {"a": r"\u0000"}


async def test_an_owner_sees_only_their_own(items: Items, store: OwnedStore) -> None:
    """ORC-08: the same name is another item for another owner, in every operation."""
    other = OwnedStore(items, "key:two")
    await store.aput(PLACE, "tastes", {"of": "one"})
    assert await other.aget(PLACE, "tastes") is None
    assert await other.asearch(()) == []
    assert await other.alist_namespaces() == []
    await other.aput(PLACE, "tastes", {"of": "two"})
    await other.adelete(PLACE, "tastes")
    kept = await store.aget(PLACE, "tastes")
    assert kept is not None
    assert kept.value == {"of": "one"}


async def test_a_search_stays_inside_its_namespace(store: OwnedStore) -> None:
    """Neither a longer label nor another case nor a wild card leads out of it."""
    for labels in [
        ("a",),
        ("a", "b"),
        ("a", "B"),
        ("ab",),
        ("A",),
        ("a_",),
        ("%",),
        ("a", "b", "c"),
    ]:
        await store.aput(labels, "key", {"labels": list(labels)})
    for prefix, count in [((), 8), (("a",), 4), (("a", "b"), 2), (("a_",), 1), (("%",), 1)]:
        found = await store.asearch(prefix)
        assert len(found) == count, prefix
        assert all(item.namespace[: len(prefix)] == prefix for item in found)


async def test_pages_of_a_search_hold_everything_once(store: OwnedStore) -> None:
    """The last changed comes first, and items of one moment are in a fixed order."""
    for number in range(7):
        await store.aput(PLACE, f"{number}", {"number": number})
    await store.aput(PLACE, "3", {"number": 33})
    pages = [await store.asearch(PLACE, limit=3, offset=offset) for offset in (0, 3, 6)]
    keys = [item.key for page in pages for item in page]
    assert keys[0] == "3"
    assert sorted(keys) == [f"{number}" for number in range(7)]


async def test_namespaces_are_listed_by_ends_and_depth(store: OwnedStore) -> None:
    """Prefix, suffix, the wild card and a depth narrow the list; each stands once."""
    for labels in [
        ("u", "1", "facts"),
        ("u", "2", "facts"),
        ("u", "2", "notes"),
        ("u.".strip("."),),
    ]:
        await store.aput(labels, "key", {})
    listed = store.alist_namespaces
    everything = [("u",), ("u", "1", "facts"), ("u", "2", "facts"), ("u", "2", "notes")]
    assert await listed() == everything
    assert await listed(suffix=("facts",)) == [("u", "1", "facts"), ("u", "2", "facts")]
    assert await listed(prefix=("u", "*", "notes")) == [("u", "2", "notes")]
    assert await listed(prefix=("u", "2"), suffix=("*", "facts")) == [("u", "2", "facts")]
    assert await listed(max_depth=2) == [("u",), ("u", "1"), ("u", "2")]
    assert await listed(max_depth=2, limit=1, offset=1) == [("u", "1")]
    assert await listed(prefix=("U",)) == []


async def test_an_item_ends_with_its_time(items: Items, store: OwnedStore) -> None:
    """It is not seen from then on, a reader who refreshes it keeps it, and the sweep removes it."""
    await store.aput(PLACE, "short", {}, ttl=0.2 / 60)
    await store.aput(PLACE, "long", {}, ttl=60)
    await store.aput(PLACE, "ever", {})

    async def gone() -> bool:
        return await store.aget(PLACE, "short", refresh_ttl=False) is None

    await until(gone)
    assert {item.key for item in await store.asearch(PLACE)} == {"long", "ever"}
    assert await items.sweep() == 1
    assert await items.sweep() == 0


async def test_reading_renews_the_time_where_it_is_asked_to(store: OwnedStore) -> None:
    """A get and a search that refresh keep an item for longer than its time; others do not."""
    await store.aput(PLACE, "kept", {}, ttl=1 / 60)
    await store.aput(PLACE, "left", {}, ttl=1 / 60)

    async def gone() -> bool:
        assert await store.aget(PLACE, "kept", refresh_ttl=True) is not None
        assert len(await store.asearch(PLACE, filter={"no": None}, refresh_ttl=False)) >= 1
        return await store.aget(PLACE, "left", refresh_ttl=False) is None

    await until(gone)


async def test_an_item_stays_as_long_as_the_stack_says(items: Items) -> None:
    """Without a `ttl` it has the stack's time, by which a reader renews it where the stack says."""
    for refresh in (True, False):
        kept = Kept(ttl_seconds=1, refresh_on_read=refresh, sweep_interval_seconds=1)
        store = Stores(items, kept).of(f"key:{refresh}")
        await store.aput(PLACE, "default", {})
        await store.aput(PLACE, "ever", {}, ttl=None)
        await store.aput(PLACE, "own", {}, ttl=60)

        async def gone(store: OwnedStore = store, *, renewed: bool = refresh) -> bool:
            there = await store.aget(PLACE, "default") is not None
            past = await store.aget(PLACE, "past", refresh_ttl=False) is None
            return past if renewed and there else not there

        await store.aput(PLACE, "past", {})
        await until(gone)
        found = {item.key for item in await store.asearch(PLACE)}
        assert found == {"ever", "own"} | ({"default"} if refresh else set())


async def test_items_outlive_the_process(stored: Settings) -> None:
    """ORC-10: what is kept is there after a restart."""
    async with open_items(stored) as items:
        await OwnedStore(items, "key:one").aput(PLACE, "tastes", {"likes": "tea"})
    async with open_items(stored) as items:
        found = await OwnedStore(items, "key:one").aget(PLACE, "tastes")
    assert found is not None
    assert found.value == {"likes": "tea"}


async def test_a_plain_thread_may_use_it_and_the_loop_is_never_stopped(store: OwnedStore) -> None:
    """A node that is no coroutine waits in its own thread; a coroutine is told what to call."""
    await asyncio.to_thread(store.put, PLACE, "tastes", {"likes": "tea"})
    found = await asyncio.to_thread(store.get, PLACE, "tastes")
    assert found is not None
    with pytest.raises(RuntimeError, match="aget"):
        store.get(PLACE, "tastes")


WRONG: tuple[tuple[Any, str, Any, str], ...] = (
    (("langgraph",), "k", {}, "namespace"),
    ((), "k", {}, "namespace"),
    (("a.b",), "k", {}, "namespace"),
    (("a\0",), "k", {}, "namespace"),
    (("\ud800",), "k", {}, "namespace"),
    (("a" * 1025,), "k", {}, "namespace"),
    (PLACE, "", {}, "key"),
    (PLACE, "\0", {}, "key"),
    (PLACE, "k" * 1025, {}, "key"),
    (PLACE, "k", {"a": "\0"}, "value"),
    (PLACE, "k", {"a": float("nan")}, "value"),
    (PLACE, "k", {"a": datetime.now(UTC)}, "value"),
)
"""Namespace, key, value, and what the refusal names."""


@pytest.mark.parametrize(("labels", "key", "value", "named"), WRONG)
async def test_what_cannot_be_kept_is_refused_by_name(
    store: OwnedStore, labels: Any, key: str, value: Any, named: str
) -> None:
    """Both databases refuse the same, before either is asked, also in a batch."""
    with pytest.raises(RequestError, match=named):
        await store.abatch([PutOp(labels, key, value)])
    with pytest.raises((RequestError, InvalidNamespaceError)):
        await store.aput(labels, key, value)


async def test_the_longest_names_fit(store: OwnedStore) -> None:
    """A namespace and a key of the greatest length are kept: Postgres' index takes the row."""
    labels, key = (chr(0x1F600) * 255 + "ab",), "".join(chr(0x4E00 + n) for n in range(341))
    await store.aput(labels, key, {})
    assert await store.aget(labels, key) is not None


async def test_a_search_by_meaning_is_refused(store: OwnedStore) -> None:
    """Without an index a question cannot be answered, and no other answer is given for it."""
    with pytest.raises(NotSupportedError, match="query"):
        await store.asearch(PLACE, query="what do they like?")


async def test_a_filter_that_cannot_be_understood_is_refused(store: OwnedStore) -> None:
    """The field and the operator are named."""
    for wanted in ({"a": {"$near": 1}}, {"a": {"$gt": None}}, {"a": {"$gt": 1, "b": 2}}):
        with pytest.raises(RequestError, match=r"filter: a"):
            await store.asearch(PLACE, filter=wanted)
