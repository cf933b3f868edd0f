"""Steady load on a loopback address, in the background of a test, and what became of it."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

_CALLERS = 6
_PAUSE_SECONDS = 0.03
"""Between two requests of one caller: some hundred a second in all, which two cores can carry."""


@dataclass(slots=True)
class Tally:
    """What the requests so far came to."""

    done: int = 0
    """Requests that got the status they should."""
    failures: Counter[str] = field(default_factory=Counter)
    """What the others got, and how often."""


@contextmanager
def load(
    address: str, path: str, body: dict[str, str] | None = None, callers: int = _CALLERS
) -> Iterator[Tally]:
    """Ask without a break until the block ends, with connections kept and made anew alike."""
    tally, stop = Tally(), threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(_callers(callers, address, path, body, tally, stop))
    )
    thread.start()
    try:
        yield tally
    finally:
        stop.set()
        thread.join()


async def _callers(
    count: int,
    address: str,
    path: str,
    body: dict[str, str] | None,
    tally: Tally,
    stop: threading.Event,
) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await asyncio.gather(*(_caller(client, path, body, tally, stop) for _ in range(count)))


async def _caller(
    client: httpx.AsyncClient,
    path: str,
    body: dict[str, str] | None,
    tally: Tally,
    stop: threading.Event,
) -> None:
    while not stop.is_set():
        try:
            answer = await client.request("POST" if body else "GET", path, json=body)
        except httpx.HTTPError as error:
            tally.failures[repr(error)] += 1
        else:
            if answer.status_code == 200:
                tally.done += 1
            else:
                tally.failures[f"{answer.status_code} {answer.text[:200]}"] += 1
        await asyncio.sleep(_PAUSE_SECONDS)
