"""A recorded-upstream server without faults for each test, and a Redis where one is installed."""

import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.parts import require
from tests.upstreams.server import recorded_upstreams

_START_SECONDS = 20
_END_SECONDS = 10


@pytest.fixture(scope="session")
def sample_url() -> Iterator[str]:
    """Give the base address of a server of the bundled sample."""
    with recorded_upstreams() as url:
        yield url


@pytest.fixture
async def server(sample_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of that server, which has no faults ordered and no calls counted."""
    async with httpx.AsyncClient(base_url=sample_url, timeout=30) as client:
        (await client.delete("/control")).raise_for_status()
        (await client.delete("/control/calls")).raise_for_status()
        yield client
        (await client.delete("/control")).raise_for_status()


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Redis of its own on a socket file; skips where there is no redis-server."""
    redis = require("redis-server")
    path = redis_socket(tmp_path)
    options = ("--port", "0", "--unixsocket", path, "--save", "", "--dir", tmp_path)
    command = [str(redis.path), *map(str, options)]
    environment = {**os.environ, **redis.environment}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        until = time.monotonic() + _START_SECONDS
        while not _listens(path):
            assert process.poll() is None, "redis-server ended while starting"
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)
        yield process
        process.kill()
        process.wait(_END_SECONDS)


@pytest.fixture
def redis_url(redis_process: subprocess.Popen[bytes], tmp_path: Path) -> str:
    """Give the address of that Redis."""
    return f"unix://{redis_socket(tmp_path)}"


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def redis_socket(folder: Path) -> Path:
    """Return where the Redis of a test listens."""
    return folder / "redis.sock"
