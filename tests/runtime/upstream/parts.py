"""What the tests of upstreams build their cases from."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from runtime.research.evidence import EvidenceKind
from runtime.upstream.client import Limits, Origin, Upstream
from runtime.upstream.limiter import PodLimiter

FAST = 1000.0
"""Requests a second that no test waits for."""
STUDIES = {"pageSize": "1", "fields": "NCTId"}
"""Parameters of a small request to /studies."""


@asynccontextmanager
async def open_upstream(
    base_url: str,
    *,
    retries: int = 3,
    kib: int = 64,
    attempt_seconds: float = 60.0,
    fair_seconds: float = 1.0,
) -> AsyncIterator[Upstream]:
    """Give ClinicalTrials.gov as the server at an address serves it."""
    limits = Limits(
        max_retries=retries,
        attempt_seconds=attempt_seconds,
        fair_seconds=fair_seconds,
        max_response_bytes=kib * 1024,
    )
    origin = Origin(base_url=f"{base_url}/api/v2", evidence=EvidenceKind.LIVE)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        yield Upstream("ctgov", origin, client, PodLimiter("ctgov", FAST), limits)


@asynccontextmanager
async def scripted(*answers: tuple[int, bytes]) -> AsyncIterator[str]:
    """Serve these answers (status, body) one after the other; give the base address."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        status, body = left.pop(0)
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def order(server: httpx.AsyncClient, **faults: Any) -> None:
    """Order faults of the server, which replace those before."""
    (await server.put("/control", json=faults)).raise_for_status()


async def calls(server: httpx.AsyncClient) -> int:
    """Return how many requests the server has seen, its own routes left out."""
    return len((await server.get("/control/calls")).json()["calls"])


def closed_port() -> int:
    """Return a loopback port where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port
