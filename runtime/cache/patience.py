"""Waiting for Redis no longer than one may."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 0.05
"""Most that a request waits for Redis before it goes on without (fault 15)."""

BYPASS_SECONDS = 5.0
"""Time that a Redis which failed is left alone."""

_left: set[asyncio.Task[Any]] = set()
"""Commands that nobody waits for any more."""


async def within(seconds: float, command: Coroutine[Any, Any, T]) -> T:
    """Return what a command gives; TimeoutError where it takes longer, and it is left to end alone.

    A command that has to connect first heeds no cancellation: Redis' client waits out its own time.
    """
    task = asyncio.create_task(command)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        _leave(task)
        raise
    if not done:
        _leave(task)
        raise TimeoutError
    return task.result()


def _leave(task: asyncio.Task[Any]) -> None:
    task.cancel()
    _left.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    _left.discard(task)
    if not task.cancelled():
        task.exception()  # nobody is left to ask for it
