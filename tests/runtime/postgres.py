"""A real Postgres for the tests of the store and of the runs."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
from pydantic import SecretStr

from profiles.database import Pool
from runtime.settings import Settings, load_settings
from tests.parts import require

START_SECONDS = 120


class PostgresServer:
    """A Postgres in a folder, run as an unprivileged user on a port that stays its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Make its data; `options` are settings such as `max_connections=20`."""
        self._data, self._log = folder / "data", folder / "log"
        self._options = options
        initdb = require("initdb")
        subprocess.run(
            initdb.command("-D", str(self._data), "-U", "tester", "--auth=trust", "--no-sync"),
            env={**os.environ, **initdb.environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, with the database that every server has."""
        return f"postgresql://tester@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        postgres = require("postgres")
        settings = ("listen_addresses=127.0.0.1", "fsync=off", *self._options)
        stated = [word for setting in settings for word in ("-c", setting)]
        with self._log.open("a") as output:
            self._process = subprocess.Popen(
                postgres.command("-D", str(self._data), "-p", str(self._port), *stated, "-k", ""),
                env={**os.environ, **postgres.environment},
                stdout=output,
                stderr=output,
            )
        _wait(self.url)

    def stop(self) -> None:
        """End it at once, whoever is connected."""
        if self._process is not None:
            self.signal_all(signal.SIGCONT)
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    def signal_all(self, sent: signal.Signals) -> None:
        """Send a signal to all its processes, such as one that stops them."""
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        for each in (main, *main.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                each.send_signal(sent)


def new_database(url: str) -> str:
    """Make an empty database on a server; return its address."""
    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("/postgres", f"/{name}")


@contextmanager
def postgres_server(folder: Path, *options: str) -> Iterator[PostgresServer]:
    """Run a Postgres; end it."""
    server = PostgresServer(folder, *options)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Postgres in a temporary folder for the whole run; give its address."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running.url


@pytest.fixture
def in_postgres(server: str) -> Settings:
    """Give settings of a store in an empty database of that server."""
    embedded = load_settings({})
    pool = Pool(size=1, max_overflow=2, recycle_seconds=3600, connect_timeout_seconds=30)
    store = replace(embedded.config.store, mode="external", pool=pool)
    return replace(
        embedded,
        config=replace(embedded.config, store=store),
        secrets=replace(embedded.secrets, database_url=SecretStr(new_database(server))),
    )


BACK_ENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]


@pytest.fixture(params=BACK_ENDS)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Give settings of an empty store: a SQLite file, or a database of a real Postgres."""
    if request.param == "postgres":
        found: Settings = request.getfixturevalue("in_postgres")
        return found
    return load_settings({"ORCHESTRATOR_CHECKPOINT_DB": str(tmp_path / "runs.db")})


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
