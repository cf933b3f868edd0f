"""What a run writes, in order, and when each of it needs a commit.

A finished step is kept before the next begins: a crash must lose none. Three things need no commit
of their own, and go with the next one:

- what is there before a node has given anything: the run's row has all that it was asked with, so
  whoever resumes the run begins it anew;
- what the last node of a step gives, as the step's checkpoint follows in the same moment;
- the checkpoint after which no node begins, as the run's end follows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from contextlib import suppress
from typing import Any

from langgraph._internal._constants import TASKS
from langgraph.checkpoint.base import Checkpoint
from langgraph.constants import START

_SEEN_SECONDS = 0.02
"""Time after which others see what needs no commit, where none came."""

_TURNS = 2
"""Turns of the event loop in which a step's checkpoint follows what its last node gave."""

Send = Callable[[Sequence[Any]], Awaitable[None]]
"""Keeps things together or not at all."""


class Outbox:
    """The writes of a run in one process.

    One of them that is not kept fails all that come after it.
    """

    def __init__(self, thread_id: str, *, is_empty: bool = False) -> None:
        """Take the run's thread; `is_empty` tells that it was made for the run a moment ago."""
        self._thread_id = thread_id
        self._is_empty = is_empty
        self.triggers: Container[str] | None = None
        """Channels of the graph that begin a node; None where they are not known."""
        self._items: list[Any] = []
        self._send: Send | None = None
        self._begun = False
        self._waits = True
        self._closed = False
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._error: Exception | None = None

    def give(self, item: Any, send: Send, task_path: str) -> None:
        """Keep what a task gave: soon.

        Raises why something before it was not kept.
        """
        self._add(item, send)
        if _is_of_node(task_path):
            self._begun, self._waits = True, False
            asyncio.get_running_loop().call_soon(self._pass, _TURNS)
        else:
            self._see_soon()

    async def step(
        self, item: Any, send: Send, place: Mapping[str, Any], checkpoint: Checkpoint
    ) -> None:
        """Keep a checkpoint before a node begins after it, given its thread and namespace.

        Raises why it was not kept, or something before it.
        """
        self._add(item, send)
        if self._begun and self._leads_on(place, checkpoint):
            await self.flush()
        else:
            self._waits = True
            self._see_soon()

    async def flush(self) -> None:
        """Keep all that waits. Raises why something was not kept."""
        async with self._turn:
            if not self._closed and (items := self._taken()):
                await self._keep(items)

    def close(self) -> None:
        """Leave what waits to whoever ends the run."""
        self._closed = True

    async def settle(self) -> None:
        """Wait for what is being kept. Raises why something was not kept."""
        async with self._turn:
            if self._error is not None:
                raise self._error

    async def take(self) -> Sequence[Any]:
        """Give what waits to whoever ends the run; nothing where something was not kept."""
        async with self._turn:
            return [] if self._error is not None else self._taken()

    async def is_empty(self, thread_id: str) -> bool:
        """Tell whether nothing is kept yet of a thread; what waits is kept before.

        Raises why something was not kept.
        """
        await self.flush()
        return self._is_empty and thread_id == self._thread_id

    async def _keep(self, items: list[Any]) -> None:
        assert self._send is not None  # noqa: S101  # it came with the first of them
        try:
            await self._send(items)
        except asyncio.CancelledError:
            self._items = [*items, *self._items]  # kept again, it is the same
            raise
        except Exception as error:
            self._error = error
            raise

    def _add(self, item: Any, send: Send) -> None:
        if self._error is not None:
            raise self._error
        self._is_empty = False
        self._send = send
        self._items.append(item)

    def _taken(self) -> list[Any]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._error is not None:
            raise self._error
        items, self._items = self._items, []
        return items

    def _leads_on(self, place: Mapping[str, Any], checkpoint: Checkpoint) -> bool:
        """Tell whether a node may begin, by LangGraph's own test: a changed channel triggers it.

        Of a subgraph, or of another thread, it is not asked.
        """
        updated = checkpoint.get("updated_channels")
        other = place["checkpoint_ns"] or place["thread_id"] != self._thread_id
        if other or self.triggers is None or updated is None:
            return True
        return any(name in self.triggers or name == TASKS for name in updated)

    def _see_soon(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_SEEN_SECONDS, self._start)

    def _pass(self, turns: int) -> None:
        if self._waits or not self._items:
            return
        if turns:
            asyncio.get_running_loop().call_soon(self._pass, turns - 1)
        else:
            self._start()

    def _start(self) -> None:
        task = asyncio.create_task(self._flush_alone(), name="keep what a run wrote")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _flush_alone(self) -> None:
        with suppress(Exception):  # it is raised at the next write, and at the run's end
            await self.flush()


def _is_of_node(task_path: str) -> bool:
    """Tell whether a task is a node's: what takes the input in is not, nor what resumes a run.

    LangGraph ends the path of a node's task with its name, and gives what resumes a run no path.
    """
    return bool(task_path) and not task_path.endswith(f", {START}")
