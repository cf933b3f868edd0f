"""Finding threads, by what is said of them and by what they hold."""

from collections.abc import AsyncIterator
from dataclasses import replace

from langgraph.types import StateSnapshot

from runtime.api.agent.access import Caller
from runtime.api.agent.body import LONGEST_LIST
from runtime.api.agent.select import chosen, extracted
from runtime.api.agent.shape import thread_json
from runtime.api.agent.state import readable
from runtime.api.agent.thread_model import ThreadSearch
from runtime.errors import RequestError
from runtime.execution.database import holds
from runtime.execution.plain import plain
from runtime.execution.run import Json, Page, Thread

_OF_STATE = {"values", "interrupts"}
"""Fields of a thread that its state has to be read for."""


async def found(caller: Caller, search: ThreadSearch) -> list[Json]:
    """Return the caller's threads that a search names, as far as their fields are wanted."""
    if not search.values:
        threads = await caller.execution.threads.search(caller.owner, _page(caller, search))
        needed = _needs_state(search)
        return [
            _shown(thread, await readable(caller, thread) if needed else None, search)
            for thread in threads
        ]
    held = [each async for each in _holding(caller, search)]
    shown = held[search.offset : search.offset + search.limit]
    return [_shown(thread, state, search) for thread, state in shown]


async def counted(caller: Caller, search: ThreadSearch) -> int:
    """Return how many of the caller's threads a search names."""
    if not search.values:
        return await caller.execution.threads.count(caller.owner, _page(caller, search))
    return len([each async for each in _holding(caller, search)])


async def _holding(
    caller: Caller, search: ThreadSearch
) -> AsyncIterator[tuple[Thread, StateSnapshot]]:
    """Yield the threads whose values contain those looked for: each one's state has to be read.

    Raises RequestError where these are too many.
    """
    page = replace(_page(caller, search), limit=LONGEST_LIST + 1, offset=0)
    threads = await caller.execution.threads.search(caller.owner, page)
    if len(threads) > LONGEST_LIST:
        raise RequestError(
            f"values: the states of more than {LONGEST_LIST} threads would have to be read; narrow "
            "the search by metadata, status or ids"
        )
    for thread in threads:
        state = await readable(caller, thread)
        if state is not None and holds(plain(state.values), search.values):
            yield thread, state


def _needs_state(search: ThreadSearch) -> bool:
    roots = {path.split(".")[0].split("[")[0] for path in (search.extract or {}).values()}
    return not search.select or bool(_OF_STATE & {*search.select, *roots})


def _shown(thread: Thread, state: StateSnapshot | None, search: ThreadSearch) -> Json:
    shape = thread_json(thread, state)
    wanted = chosen(shape, search.select)
    return (
        wanted
        if search.extract is None
        else {**wanted, "extracted": extracted(shape, search.extract)}
    )


def _page(caller: Caller, search: ThreadSearch) -> Page:
    return Page(
        limit=search.limit,
        offset=search.offset,
        status=search.status,
        metadata=search.metadata,
        filters=caller.filters,
        ids=tuple(str(each) for each in search.ids),
        sort_by=search.sort_by,
        ascending=search.sort_order == "asc",
    )
