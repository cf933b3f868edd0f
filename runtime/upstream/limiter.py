"""The pace of an upstream's calls: what every limit does, and the limit of this pod alone."""

import asyncio
from typing import Protocol

from aiolimiter import AsyncLimiter

from runtime.budget import Deadline
from runtime.upstream.error import UpstreamPaceError


class Limiter(Protocol):
    """Gives each call its turn."""

    @property
    def warning(self) -> str:
        """What is wrong with the limit; empty where nothing is."""

    async def acquire(self, deadline: Deadline) -> None:
        """Wait for a turn, never beyond the deadline; raises UpstreamPaceError without one."""


class PodLimiter:
    """The limit of this process: calls are spaced evenly, with no burst."""

    warning = ""
    """Nothing can be wrong with it."""

    def __init__(self, upstream: str, requests_per_second: float) -> None:
        """Space calls by 1/rate: a burst on top would break the limit of the first second."""
        self._upstream = upstream
        self._limiter = AsyncLimiter(1, 1 / requests_per_second)

    async def acquire(self, deadline: Deadline) -> None:
        """Wait for a turn; raises UpstreamPaceError when the deadline comes first."""
        try:
            async with asyncio.timeout(deadline.remaining_seconds()):
                await self._limiter.acquire()
        except TimeoutError:
            raise no_turn(self._upstream) from None


def no_turn(upstream: str) -> UpstreamPaceError:
    """Return the error of a call that gets no turn before its deadline."""
    return UpstreamPaceError(upstream, "its rate limit had no room within the time left")
