"""A worker that lost its run must not write: its checkpoints are refused by its own clock."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint

from runtime.errors import LeaseLostError
from runtime.persistence.outbox import Outbox, Send


@dataclass(slots=True)
class Lease:
    """A run that this process holds."""

    run_id: str
    """The run."""
    token: int
    """Fencing token of every write to its row."""
    until: float
    """Monotonic time to which it is certainly held; the database's lease ends later."""
    outbox: Outbox | None = None
    """What the run writes; None where all of it is kept at once."""
    closed: bool = False
    """Whether nothing more is written: the run's end is next."""
    writing: set[asyncio.Future[None]] = field(default_factory=set)
    """Writes under way."""

    async def close(self) -> None:
        """Refuse what is written from now on, and wait for what is being written.

        LangGraph writes what a cancelled node left in a task of its own, which outlives the run's.
        """
        self.closed = True
        if self.outbox is not None:
            self.outbox.close()
        if self.writing:
            await asyncio.wait(self.writing)

    def check(self) -> None:
        """Raise LeaseLostError once another worker may hold the run."""
        if self.closed:
            raise LeaseLostError(f"run {self.run_id} is over in this process")
        self.check_time()

    def check_time(self) -> None:
        """Raise LeaseLostError once another worker may hold the run, for a write under way."""
        if time.monotonic() >= self.until:
            raise LeaseLostError(f"run {self.run_id} was held for too long without a heartbeat")


HELD: ContextVar[Lease | None] = ContextVar("lease_of_this_run", default=None)
"""Lease of the run that the current task works on; tasks of its nodes inherit it."""


@contextmanager
def fenced() -> Iterator[None]:
    """Hold a write of the current task's run; LeaseLostError where it may be another worker's."""
    lease = HELD.get()
    if lease is None:
        yield
        return
    lease.check()
    written = asyncio.get_running_loop().create_future()
    lease.writing.add(written)
    try:
        yield
    finally:
        lease.writing.discard(written)
        written.set_result(None)


def lease_check() -> Callable[[], None]:
    """Return what raises LeaseLostError where the current task's run may be another worker's.

    Writes wait for one another and are then written elsewhere than in the task: it is asked there.
    """
    lease = HELD.get()
    return lease.check_time if lease is not None else lambda: None


def outbox_of_run() -> Outbox | None:
    """Return what the current task's run writes; None where all of it is kept at once."""
    lease = HELD.get()
    return lease.outbox if lease is not None else None


async def keep_given(item: Any, send: Send, task_path: str) -> None:
    """Keep what a task of the current task's run gave; LeaseLostError as above."""
    if outbox := _open_outbox():
        outbox.give(item, send, task_path)
    else:
        await send([item])


async def keep_step(
    item: Any, send: Send, place: Mapping[str, Any], checkpoint: Checkpoint
) -> None:
    """Keep a checkpoint of the current task's run; LeaseLostError as above."""
    if outbox := _open_outbox():
        await outbox.step(item, send, place, checkpoint)
    else:
        await send([item])


async def is_empty(config: RunnableConfig) -> bool:
    """Tell whether nothing is kept yet of a thread, for the current task's run was made with it.

    Where something may be, what waits of the run is kept first: it is about to be read.
    """
    outbox = outbox_of_run()
    return outbox is not None and await outbox.is_empty(config["configurable"]["thread_id"])


def _open_outbox() -> Outbox | None:
    lease = HELD.get()
    if lease is None:
        return None
    lease.check()
    return lease.outbox
