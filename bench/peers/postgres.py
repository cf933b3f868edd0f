"""A Postgres of the benchmark's own, with fsync on: what it has committed outlives a crash."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bench.peers.absent import AbsentError
from plumb.port import free_port
from tests.parts import Part, require

_WAIT_SECONDS = 60.0

_numbers = count()


@contextmanager
def postgres() -> Iterator[str]:
    """Run one until the block ends; yield its address. AbsentError where there is none."""
    initdb, server = _part("initdb"), _part("postgres")
    with tempfile.TemporaryDirectory() as folder:
        data, port = str(Path(folder) / "data"), str(free_port())
        Path(folder).chmod(0o777)  # the server runs as nobody
        made = initdb.command("-D", data, "-U", "bench", "--auth=trust")
        environment = {**os.environ, **initdb.environment}
        subprocess.run(made, env=environment, check=True, capture_output=True)
        settings = ("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-k", "")
        process = subprocess.Popen(
            server.command("-D", data, "-p", port, *settings),
            env={**os.environ, **server.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"postgresql://bench@127.0.0.1:{port}/postgres"
        try:
            _wait(url)
            yield url
        finally:
            process.terminate()
            process.wait()


def empty_database(url: str) -> str:
    """Make a database on a server; return its address."""
    name = f"bench_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("/postgres", f"/{name}")


def _part(name: str) -> Part:
    try:
        return require(name)
    except pytest.skip.Exception as skipped:
        raise AbsentError(str(skipped)) from None


def _wait(url: str) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
