"""Work that repeats in the background until it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_LOG = structlog.stdlib.get_logger(__name__)


class Periodic:
    """Runs an async function again and again, a fixed pause after each end."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        interval_seconds: float,
        *,
        first_after_seconds: float = 0.0,
    ) -> None:
        """Take the work; nothing runs before `start`."""
        self._name = name
        self._work = work
        self._interval_seconds = interval_seconds
        self._first_after_seconds = first_after_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start in the running event loop; a second call changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Cancel the work and wait for its end; a stopped one may be started again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        await asyncio.sleep(self._first_after_seconds)
        while True:
            try:
                await self._work()
            except Exception:  # one bad round must not end all later ones
                _LOG.exception("background work failed", task=self._name)
            await asyncio.sleep(self._interval_seconds)
