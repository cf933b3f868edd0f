"""The in-process tier: bounded by entries and by bytes, least recently used goes first."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cached text."""

    text: str
    """The value."""
    stored_at: float
    """Wall clock at which it was made, seconds since 1970: pods compare it."""


class MemoryTier:
    """Texts by key, for at most `lifetime_seconds`. Belongs to one event loop."""

    def __init__(
        self,
        *,
        entries: int,
        size_bytes: int,
        lifetime_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty; the clock is monotonic seconds: a changed wall clock frees nothing."""
        self.limit = entries
        """Most entries; lower it with `resize`."""
        self._size_bytes = size_bytes
        self._lifetime_seconds = lifetime_seconds
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, Entry]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str) -> Entry | None:
        """Return a live entry; None where there is none."""
        held = self._held.get(key)
        if held is None:
            return None
        expires_at, entry = held
        if expires_at <= self._clock():
            self.drop(key)
            return None
        self._held.move_to_end(key)
        return entry

    def put(self, key: str, entry: Entry, lifetime_seconds: float) -> None:
        """Keep an entry for the shorter of both lifetimes; one larger than the tier is not kept."""
        self.drop(key)
        if len(entry.text) > self._size_bytes:
            return
        lifetime = min(lifetime_seconds, self._lifetime_seconds)
        self._held[key] = (self._clock() + lifetime, entry)
        self._bytes += len(entry.text)
        self._shrink()

    def drop(self, key: str) -> None:
        """Forget one key."""
        held = self._held.pop(key, None)
        if held is not None:
            self._bytes -= len(held[1].text)

    def resize(self, entries: int) -> None:
        """Change the most that is held (RES-07); what is over goes at once."""
        self.limit = entries
        self._shrink()

    def _shrink(self) -> None:
        while len(self._held) > self.limit or self._bytes > self._size_bytes:
            self.drop(next(iter(self._held)))
