"""A real Postgres for the tests of the store and of the runs."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from pydantic import SecretStr

from profiles.database import Pool
from runtime.settings import Settings, load_settings
from tests.parts import require

START_SECONDS = 120


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Postgres in a temporary folder, as an unprivileged user; give its address."""
    folder = tmp_path_factory.mktemp("postgres")
    data, log = folder / "data", folder / "log"
    initdb, postgres = require("initdb"), require("postgres")
    subprocess.run(
        initdb.command("-D", str(data), "-U", "tester", "--auth=trust", "--no-sync"),
        env={**os.environ, **initdb.environment},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", "")
    with log.open("w") as output:
        process = subprocess.Popen(
            postgres.command("-D", str(data), "-p", str(port), *settings),
            env={**os.environ, **postgres.environment},
            stdout=output,
            stderr=output,
        )
    url = f"postgresql://tester@127.0.0.1:{port}/postgres"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@pytest.fixture
def in_postgres(server: str) -> Settings:
    """Give settings of a store in an empty database of that server."""
    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    embedded = load_settings({})
    pool = Pool(size=1, max_overflow=2, recycle_seconds=3600, connect_timeout_seconds=30)
    store = replace(embedded.config.store, mode="external", pool=pool)
    url = SecretStr(server.replace("/postgres", f"/{name}"))
    return replace(
        embedded,
        config=replace(embedded.config, store=store),
        secrets=replace(embedded.secrets, database_url=url),
    )


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
