"""Single flight: equal requests at the same time are one piece of work."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from runtime.budget import Deadline

T = TypeVar("T")

JOINED_SHARE = 0.75
"""Share of its own time that work under way must still have for a caller to join it: nobody gets
a result that was cut short by somebody else's much smaller budget."""


@dataclass(slots=True, eq=False)
class _Flight(Generic[T]):
    task: asyncio.Task[T]
    deadline: Deadline
    waiting: int = 0


class Flights(Generic[T]):
    """Work under way, by key. Belongs to one event loop."""

    def __init__(self) -> None:
        """Start with none."""
        self._flights: dict[str, _Flight[T]] = {}

    async def run(
        self, key: str, deadline: Deadline, work: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Return what the work gives, joining the same work where it is under way.

        A caller that is cancelled leaves the work to the others; the last one ends it.
        """
        flight = self._flights.get(key)
        if flight is None or not _joinable(flight.deadline, deadline):
            flight = self._begin(key, deadline, work)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                flight.task.cancel()

    def _begin(
        self, key: str, deadline: Deadline, work: Callable[[], Coroutine[Any, Any, T]]
    ) -> _Flight[T]:
        flight = _Flight(asyncio.create_task(work()), deadline)
        self._flights[key] = flight

        def landed(task: asyncio.Task[T]) -> None:
            if self._flights.get(key) is flight:
                del self._flights[key]
            if not task.cancelled():
                task.exception()  # Nobody may be left to ask for it.

        flight.task.add_done_callback(landed)
        return flight


def _joinable(theirs: Deadline, own: Deadline) -> bool:
    return theirs.remaining_seconds() >= own.remaining_seconds() * JOINED_SHARE
