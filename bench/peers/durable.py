"""What durable runs cost where others publish nothing: waits, cancels, parked runs, refusals."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import httpx
import psutil
import psycopg

from bench.compare import Series, quantiles, table
from bench.peers.absent import AbsentError
from bench.peers.load import KEY, send
from bench.peers.matrix import POSTGRES, SOME, SQLITE
from bench.peers.postgres import postgres
from bench.peers.servers import Running, Server, running

_LOAD_SECONDS = 8
_CANCELS = 100
_PARKED = 500
_WARM_PARKED = 100
"""Runs that are parked before the memory counts."""

_FULL = Server(
    name="orchestrator with a full queue, SQLite",
    kind="ours",
    store="sqlite",
    stated={"api": {"max_concurrent_graphs": 1}, "execution": {"queue_limit": 1}},
)

_WAITS = "SELECT started_at - created_at FROM runs WHERE started_at IS NOT NULL"


def durable(rounds: int) -> Iterator[str]:
    """Yield the tables; what cannot be measured here is left out, with the reason."""
    waits: dict[str, list[float]] = {}
    cancels: dict[str, list[float]] = {}
    parked: list[Series] = []
    with ExitStack() as stack:
        url = _postgres(stack)
        for server in (SQLITE, POSTGRES) if url else (SQLITE,):
            waits |= _try(server.name, partial(_measured, server, url, _waited))
            cancels |= _try(server.name, partial(_measured, server, url, _cancelled))
            values = [_measured(server, url, _grown) for _ in range(rounds)]
            parked.append(Series(name=server.name, values=tuple(values), unit="MB"))
        refused = _try(_FULL.name, partial(_measured, _FULL, url, _refused))
    yield quantiles(f"queue wait, {SOME} callers, places free", waits, "ms")
    yield quantiles("from a cancel until the run has ended", cancels, "ms")
    yield table("memory for each 100 parked runs", parked)
    found = [Series(name=name, values=tuple(each), unit="/s") for name, each in refused.items()]
    yield table(f"refusals a second, {SOME} callers", found, "wrk is not there")


def _postgres(stack: ExitStack) -> str | None:
    try:
        return stack.enter_context(postgres())
    except AbsentError:
        return None


def _try(name: str, measure: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {name: measure()}
    except AbsentError:
        return {}


def _measured(server: Server, url: str | None, measure: Callable[[Running], Any]) -> Any:
    with running(server, url) as found:
        return measure(found)


def _waited(found: Running) -> list[float]:
    """Return the times from a run's creation until a worker had it, by the database's clock."""
    send(found.url, SOME, 1)
    send(found.url, SOME, _LOAD_SECONDS)
    if found.place.startswith("postgresql"):
        with psycopg.connect(found.place) as connection:
            rows = connection.execute(_WAITS).fetchall()
    else:
        with sqlite3.connect(f"file:{found.place}?mode=ro", uri=True) as connection:
            rows = connection.execute(_WAITS).fetchall()
    return [row[0] * 1000 for row in rows]


def _cancelled(found: Running) -> list[float]:
    """Return the times from asking for the end of a run until it was there."""
    times = []
    with _client(found) as client:
        for _ in range(_CANCELS):
            run = _begun(client, "sleeper", "running")
            began = time.perf_counter()
            client.post(f"{run}/cancel", params={"wait": True}).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    return times


def _grown(found: Running) -> float:
    """Return what a hundred runs that wait for a person add to the resident memory, in MB."""
    process = psutil.Process(found.process.pid)
    with _client(found) as client:
        for _ in range(_WARM_PARKED):
            _begun(client, "asker", "interrupted")
        before = process.memory_info().rss
        for _ in range(_PARKED):
            _begun(client, "asker", "interrupted")
        return (process.memory_info().rss - before) / 1e6 / (_PARKED / 100)


def _refused(found: Running) -> list[float]:
    """Return how many runs a second are refused while the queue is full."""
    with _client(found) as client:
        _begun(client, "sleeper", "running")
        _begun(client, "sleeper", "pending")
        seen = send(found.url, SOME, _LOAD_SECONDS, wanted=503, contains="overloaded")
    if seen.failed:
        raise RuntimeError(f"{seen.failed} requests were not refused as they should be")
    return [seen.per_second]


def _client(found: Running) -> httpx.Client:
    return httpx.Client(base_url=found.url, headers={"X-API-Key": KEY}, timeout=60)


def _begun(client: httpx.Client, graph: str, status: str) -> str:
    """Ask for a run on a thread of its own and wait for a status; return the run's path."""
    thread = client.post("/threads", json={}).raise_for_status().json()["thread_id"]
    asked = client.post(f"/threads/{thread}/runs", json={"assistant_id": graph, "input": {}})
    path = f"/threads/{thread}/runs/{asked.raise_for_status().json()['run_id']}"
    while client.get(path).raise_for_status().json()["status"] != status:
        time.sleep(0.005)
    return path
