"""A Postgres of the benchmark's own, with fsync on: what it has committed outlives a crash."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.runtime.postgres import postgres_server


@contextmanager
def postgres() -> Iterator[str | None]:
    """Run one until the block ends; yield its address, None where there is none to be had."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            server = postgres_server(Path(folder), "fsync=on", "max_connections=200")
            with server as running:
                yield running.url
        except pytest.skip.Exception:
            yield None
