"""LangGraph's store over one owner's items: what a graph and a caller are given."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from langgraph.store.base import (
    BaseStore,
    GetOp,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchOp,
    TTLConfig,
)

from profiles.items import Items as Kept
from runtime.errors import NotSupportedError, RequestError
from runtime.execution.ttl import check_minutes
from runtime.store.compare import comparisons
from runtime.store.items import Items, Page
from runtime.store.namespace import Namespace, check_key, check_namespace, check_place

NO_INDEX = (
    "query: this service has no index to search by meaning; leave it out, and use a filter and "
    "namespaces"
)
"""What is said to who searches by meaning."""


class OwnedStore(BaseStore):
    """A store that reaches one owner's items and no others, whoever holds it."""

    supports_ttl = True

    def __init__(self, items: Items, owner: str, ttl: TTLConfig | None = None) -> None:
        """Take the table, whose items these are, and how long they stay by default.

        To be made in the event loop, which calls from other threads are brought to.
        """
        self.ttl_config = ttl
        self._items = items
        self._owner = owner
        self._loop = asyncio.get_running_loop()

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do operations from a thread that is not the event loop's, such as a plain node's."""
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            raise RuntimeError(
                "a call of the store that waits would stop the event loop; in an async function "
                "await its other form: aget, aput, adelete, asearch, alist_namespaces"
            )
        return asyncio.run_coroutine_threadsafe(self.abatch(list(ops)), self._loop).result()

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Do operations one after the other, each for itself.

        Raises RequestError for a name or a value that cannot be kept, and NotSupportedError for
        a search by meaning.
        """
        asked = list(ops)
        if asyncio.get_running_loop() is self._loop:
            return await self._all(asked)
        # A node that leads an event loop of its own: the database belongs to this one.
        elsewhere = asyncio.run_coroutine_threadsafe(self._all(asked), self._loop)
        return await asyncio.wrap_future(elsewhere)

    async def _all(self, ops: Iterable[Op]) -> list[Result]:
        return [await self._do(op) for op in ops]

    async def _do(self, op: Op) -> Result:
        match op:
            case GetOp():
                return await self._get(op)
            case PutOp():
                await self._put(op)
                return None
            case SearchOp():
                return await self._search(op)
            case ListNamespacesOp():
                return await self._namespaces(op)
        raise TypeError(f"the store has no operation {type(op).__name__}")

    async def _get(self, op: GetOp) -> Result:
        checked("namespace", check_namespace, op.namespace)
        checked("key", check_key, op.key)
        return await self._items.get(self._owner, op.namespace, op.key, refresh=op.refresh_ttl)

    async def _put(self, op: PutOp) -> None:
        checked("namespace", check_place, op.namespace)
        checked("key", check_key, op.key)
        if op.value is None:
            await self._items.delete(self._owner, op.namespace, op.key)
            return
        if not isinstance(op.value, Mapping):
            raise RequestError(f"value: {type(op.value).__name__} is no JSON object; put a dict")
        seconds = None if op.ttl is None else 60 * checked("ttl", check_minutes, op.ttl)
        try:
            await self._items.put(self._owner, op.namespace, op.key, op.value, seconds)
        except ValueError as error:
            raise RequestError(f"value of {op.key!r} in {op.namespace}: {error}") from None

    async def _search(self, op: SearchOp) -> Result:
        checked("namespace_prefix", check_namespace, op.namespace_prefix)
        if op.query:
            raise NotSupportedError(NO_INDEX)
        wanted = checked("filter", comparisons, op.filter or {})
        page = Page(limit=op.limit, offset=op.offset)
        return await self._items.search(
            self._owner, op.namespace_prefix, wanted, page, refresh=op.refresh_ttl
        )

    async def _namespaces(self, op: ListNamespacesOp) -> list[Namespace]:
        found: dict[str, Namespace] = {}
        for condition in op.match_conditions or ():
            kind = condition.match_type
            checked(kind, check_namespace, condition.path)
            if kind in found:
                raise RequestError(f"{kind}: stated twice; state each kind of condition once")
            found[kind] = tuple(condition.path)
        page = Page(limit=op.limit, offset=op.offset)
        return await self._items.namespaces(
            self._owner, found.get("prefix", ()), found.get("suffix", ()), op.max_depth, page
        )


class Stores:
    """The stores of all owners."""

    def __init__(self, items: Items, kept: Kept) -> None:
        """Take the table, and how long the stack keeps what is in it."""
        self.items = items
        minutes = None if kept.ttl_seconds is None else kept.ttl_seconds / 60
        self._ttl = TTLConfig(default_ttl=minutes, refresh_on_read=kept.refresh_on_read)

    def of(self, owner: str) -> OwnedStore:
        """Return the store of an owner."""
        return OwnedStore(self.items, owner, self._ttl)


def checked(field: str, check: Callable[[Any], Any], given: Any) -> Any:
    """Return what a check gives; RequestError names the field that it does not let pass."""
    try:
        return check(given)
    except ValueError as error:
        raise RequestError(f"{field}: {error}") from None
