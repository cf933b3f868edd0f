"""A service as its stack would configure it, served over real loopback sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from profiles.load import load_profile
from profiles.named import merged
from profiles.service import dump_service_config, service_config
from runtime.api.server import DrainingServer
from runtime.app import create_app
from runtime.settings import Settings, load_settings

TIMEOUT_SECONDS = 60
"""Generous: it only ends a test that hangs."""


def config_file(folder: Path, upstream_url: str, stated: dict[str, Any] | None = None) -> Path:
    """Write what a stack tells its service: embedded values, recorded upstreams, and `stated`."""
    own = {
        "base": "embedded",
        "upstreams": {
            "source": "recorded",
            "recorded_url": upstream_url,
            "pubmed_requests_per_second": 10.0,
            "ctgov_requests_per_second": 10.0,
            "rag_requests_per_second": 10.0,
        },
        "database": {"sqlite_path": str(folder / "checkpoints.db")},
    }
    profile = load_profile(json.dumps(merged(own, stated or {})))
    path = folder / f"service-{len(list(folder.glob('service-*')))}.json"
    path.write_text(dump_service_config(service_config(profile)), encoding="utf-8")
    return path


def settings_of(path: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a configuration file under an environment, empty unless given."""
    return load_settings(environ or {}, path)


class _TestServer(DrainingServer):
    """The real server, which leaves the test runner's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Serve on a free port and give a client; stop when the test is done."""
    ready = asyncio.Event()
    server = _TestServer(create_app(settings), on_ready=ready.set)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.wait_for(ready.wait(), TIMEOUT_SECONDS)
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS) as client:
            yield client
    finally:
        server.should_exit = True
        await running


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; what never does ends the test by a timeout."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


async def wait_until_ready(client: httpx.AsyncClient) -> None:
    """Wait until the first round of checks has found the service fit for requests."""

    async def ready() -> bool:
        return (await client.get("/readyz")).status_code == 200

    await until(ready)


def order(upstream: httpx.Client, faults: Mapping[str, Any]) -> None:
    """Order faults of the upstreams."""
    upstream.put("/control", json=faults).raise_for_status()


async def events_of(answer: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and data of each server-sent event of an answer."""
    names: list[str] = []
    found = []
    async for line in answer.aiter_lines():
        if line.startswith("event:"):
            names.append(line.removeprefix("event:").strip())
        elif line.startswith("data:"):
            found.append((names[-1], json.loads(line.removeprefix("data:"))))
    return found
