"""The two databases find the same, whatever is looked for in whatever."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.settings import Settings, load_settings
from runtime.store.compare import OPERATORS, ORDERS
from runtime.store.items import Items
from runtime.store.owned import OwnedStore
from tests.runtime.store.conftest import open_items

pytestmark = pytest.mark.slow

EXAMPLES = 150

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NUMBERS = (
    st.integers(-3, 3)
    | st.integers()
    | st.sampled_from([1.0, 0.1, -0.0, 1e22, 1e300, 2.0**53])
    | st.floats(allow_nan=False, allow_infinity=False)
)
TEXTS = st.sampled_from(["", "a", "B", "10", "9", "%", "'"]) | st.text(LETTERS, max_size=4)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["a", "b", "a.b", "'", "\u00fc", "$a"])
VALUES = st.lists(st.dictionaries(FIELDS, JSON, max_size=4), min_size=1, max_size=4)
ORDERED = st.dictionaries(st.sampled_from(sorted(ORDERS)), NUMBERS | TEXTS, min_size=1, max_size=2)
EQUAL = st.dictionaries(st.sampled_from(["$eq", "$ne"]), JSON, min_size=1, max_size=2)
PLAINLY = PLAIN | st.lists(PLAIN, max_size=2)
FILTERS = st.dictionaries(FIELDS, ORDERED | EQUAL | PLAINLY, min_size=1, max_size=2)
LABELS = st.sampled_from(["a", "b", "ab", "A", "*", "a b", "(", "\\", "^$", "\u00fc", "a\n", "[a]"])
NAMESPACES = st.lists(st.lists(LABELS, min_size=1, max_size=3), min_size=1, max_size=5)


class Both:
    """One owner's items in both databases, an owner for each question."""

    def __init__(self, runner: asyncio.Runner, tables: tuple[Items, Items]) -> None:
        """Take the event loop and the tables."""
        self._runner = runner
        self._tables = tables
        self._owners = count()

    def found(self, ask: Any) -> list[Any]:
        """Return what each database gives to the same calls."""
        owner = f"key:{next(self._owners)}"

        async def asked() -> list[Any]:
            return [await ask(OwnedStore(items, owner)) for items in self._tables]

        return self._runner.run(asked())


@pytest.fixture
def both(in_postgres: Settings, tmp_path: Path) -> Iterator[Both]:
    """Give both databases, open."""
    embedded = load_settings({"ORCHESTRATOR_CHECKPOINT_DB": str(tmp_path / "items.db")})
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:

        async def opened() -> tuple[Items, Items]:
            one = await stack.enter_async_context(open_items(embedded))
            return one, await stack.enter_async_context(open_items(in_postgres))

        yield Both(runner, runner.run(opened()))
        runner.run(stack.aclose())


def test_a_filter_finds_the_same_in_both(both: Both) -> None:
    """ORC-10: for random values and filters, and each finds what equals itself."""

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(values=VALUES, wanted=FILTERS)
    @example(values=[{"a": 10}], wanted={"a": {"$gt": 9}})
    @example(values=[{"a": "10"}], wanted={"a": {"$gt": "9"}})
    @example(values=[{"a": True}, {"a": 1}, {"a": 1.0}], wanted={"a": 1})
    @example(values=[{}, {"a": None}], wanted={"a": {"$ne": None}})
    @example(values=[{"a": 1e23}], wanted={"a": 10**23})
    def same(values: list[dict[str, Any]], wanted: dict[str, Any]) -> None:
        async def ask(store: OwnedStore) -> Any:
            for number, value in enumerate(values):
                await store.aput(("n",), f"{number}", value)
            found = await store.asearch(("n",), filter=wanted)
            itself = {name: {"$eq": each} for name, each in values[0].items()}
            assert "0" in {item.key for item in await store.asearch((), filter=itself)}
            return sorted((item.key, repr(item.value)) for item in found)

        in_sqlite, in_postgres = both.found(ask)
        assert in_sqlite == in_postgres

    same()


def test_namespaces_are_the_same_in_both(both: Both) -> None:
    """Prefixes, suffixes, wild cards, depths and pages give the same in the same order."""

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(
        namespaces=NAMESPACES,
        ends=st.tuples(st.lists(LABELS, max_size=2), st.lists(LABELS, max_size=2)),
        depth=st.none() | st.integers(1, 3),
        offset=st.integers(0, 2),
    )
    def same(
        namespaces: list[list[str]], ends: tuple[list[str], list[str]], depth: Any, offset: int
    ) -> None:
        async def ask(store: OwnedStore) -> Any:
            for labels in namespaces:
                await store.aput(tuple(labels), "k", {})
            prefix, suffix = map(tuple, ends)
            inside = await store.asearch(prefix)
            listed = await store.alist_namespaces(
                prefix=prefix, suffix=suffix, max_depth=depth, limit=2, offset=offset
            )
            return sorted(item.namespace for item in inside), listed

        in_sqlite, in_postgres = both.found(ask)
        assert in_sqlite == in_postgres

    same()


def test_operators_are_the_ones_that_are_tried() -> None:
    """An operator that is added must be compared in both databases as well."""
    assert set(OPERATORS) == {"$eq", "$ne"} | set(ORDERS)


def test_two_processes_make_the_table_at_once(in_postgres: Settings) -> None:
    """Pods that start together on an empty database wait for each other; both keep items."""

    async def starts() -> list[int]:
        async def one(number: int) -> int:
            async with open_items(in_postgres) as items:
                store = OwnedStore(items, "key:one")
                await store.aput(("n",), f"{number}", {})
                return len(await store.asearch(("n",), filter={"n": number}))

        return await asyncio.gather(*(one(number) for number in range(4)))

    assert asyncio.run(starts()) == [0, 0, 0, 0]
