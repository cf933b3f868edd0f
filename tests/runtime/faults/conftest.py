"""A stack on either database, whose processes the tests start and end."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.runtime.faults.effects import CHAIN
from tests.runtime.faults.stack import POOL, QUICK, Stack
from tests.runtime.postgres import PostgresServer, new_database, postgres_server

EXTERNAL = {
    "database": {"mode": "external", "external_max_connections": 100, "pool": POOL},
    "network": {"store_cidrs": ["127.0.0.1/32"]},
}
"""What a stack on somebody's Postgres states."""


@pytest.fixture
def in_sqlite(tmp_path: Path, upstream: httpx.Client) -> Stack:
    """Give a stack that keeps its runs in a file."""
    return Stack(folder=tmp_path, upstream_url=str(upstream.base_url), stated=QUICK)


@pytest.fixture
def on_postgres(in_sqlite: Stack, server: str) -> Stack:
    """Give a stack that keeps its runs in an empty database of a Postgres that stays up."""
    return in_sqlite.stating(**EXTERNAL).under(DATABASE_URL=new_database(server))


@pytest.fixture(params=["sqlite", "postgres"])
def stack(request: pytest.FixtureRequest) -> Stack:
    """Give both, one after the other."""
    names = {"sqlite": "in_sqlite", "postgres": "on_postgres"}
    found: Stack = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture
def chained(stack: Stack) -> Stack:
    """Give both with the graph of three steps."""
    return stack.running(CHAIN)


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Run a Postgres with few connections that a test may hurt."""
    folder = tmp_path_factory.mktemp("own-postgres")
    with postgres_server(folder, "max_connections=30") as running:
        yield running
