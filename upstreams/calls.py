"""The calls served so far, for tests that count them."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_MOST_CALLS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One served call."""

    service: str
    """`pubmed` or `ctgov`."""
    path: str
    """The request's path."""
    query: dict[str, str]
    """Its parameters, those of a form included; a repeated one joined by commas."""
    status: int
    """The HTTP status sent; 0 where the connection was reset instead."""
    at_seconds: float
    """When it arrived, on the server's monotonic clock: good for distances only."""
    traceparent: str | None = None
    """The trace that it said it was of; None without one."""


class Calls:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_MOST_CALLS)

    def add(self, call: Call) -> None:
        """Remember a call."""
        self._calls.append(call)

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def shown(self) -> list[dict[str, Any]]:
        """Give the calls as JSON."""
        return [asdict(call) for call in self._calls]
