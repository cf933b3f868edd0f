"""A Postgres of the benchmark's own, with fsync on: what it has committed outlives a crash."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.peers.absent import AbsentError
from tests.runtime.postgres import postgres_server

_CONNECTIONS = 200
"""More than all servers of a round take."""


@contextmanager
def postgres() -> Iterator[str]:
    """Run one until the block ends; yield its address. AbsentError where there is none."""
    options = ("fsync=on", f"max_connections={_CONNECTIONS}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            with postgres_server(Path(folder), *options) as server:
                yield server.url
        except pytest.skip.Exception as skipped:  # the tests' word for what a machine lacks
            raise AbsentError(str(skipped)) from None
