"""Group commit: what many tasks write at the same time is written together."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Waiting(Generic[T]):
    """Something that waits to be written."""

    item: T
    """What is to be written."""
    done: asyncio.Future[Any]
    """Who waits for it."""
    taken: bool = False
    """Whether it is being written."""
    given: Any = None
    """What writing it gave."""
    error: Exception | None = None
    """Why it was not written."""

    def tell(self) -> None:
        """Tell who waits, unless they have gone."""
        if self.done.done():
            return
        if self.error is None:
            self.done.set_result(self.given)
        else:
            self.done.set_exception(self.error)


class Group(Generic[T]):
    """Writes what waits, a batch at a time; nobody is told before their batch is kept."""

    def __init__(
        self,
        write: Callable[[Sequence[Waiting[T]]], Awaitable[None]],
        *,
        most: int,
        lanes: int = 1,
    ) -> None:
        """Take what writes a batch, the most that one may hold, and how many go at a time.

        `write` leaves in each what it gave or why it failed; what it raises fails the whole batch.
        """
        self._write = write
        self._most = most
        self._lanes = lanes
        self._waiting: deque[Waiting[T]] = deque()
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> Any:
        """Write something with what else waits; return what it gives, raise why it was not kept.

        Who is cancelled before its batch goes is not written; afterwards it ends with its batch.
        """
        waiting = Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._busy < self._lanes:
            self._busy += 1
            task = asyncio.create_task(self._work(), name="group commit")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(waiting.done)
        except asyncio.CancelledError:
            if waiting.taken:
                await asyncio.wait([waiting.done])
            waiting.done.cancel()
            raise

    async def _work(self) -> None:
        # A turn of the event loop, in which others come. A busy loop's turn is longer, and gathers
        # more.
        await asyncio.sleep(0)
        while batch := self._taken():
            try:
                await self._write(batch)
            except Exception as error:  # whatever it is, it is for those who wait
                for each in batch:
                    each.error = each.error or error
            for each in batch:
                each.tell()
        self._busy -= 1  # at once: what comes next must find the lane free

    def _taken(self) -> list[Waiting[T]]:
        batch: list[Waiting[T]] = []
        while self._waiting and len(batch) < self._most:
            each = self._waiting.popleft()
            if not each.done.cancelled():
                each.taken = True
                batch.append(each)
        return batch
