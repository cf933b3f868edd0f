"""The jobs' scripts, run as the pods run them, against a real Postgres over loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from infra import backup
from tests.parts import require

SCRIPTS = Path(backup.__file__).parent
_START_SECONDS = 120


@dataclass(slots=True)
class Bench:
    """A database, a folder of backups, and the scripts between them."""

    folder: Path
    """Temporary folder of the test."""
    port: int
    """Port of the server."""
    database: str
    """Name of the live database."""
    scratch: Path
    """Temporary folder with a short name."""
    variables: dict[str, str] = field(default_factory=dict)
    """What else the scripts get."""

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.folder / "backups"

    def run(
        self, script: str, shell: str = "bash", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script to its end, as an unprivileged user."""
        programs = require("initdb").path.resolve().parent
        environment = {
            "PATH": f"{programs}:{self.folder}/bin:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "tester",
            "PGDATABASE": self.database,
            "BACKUPS": str(self.backups),
            "RETENTION_DAYS": "30",
            "MAX_AGE_SECONDS": "3600",
            **require("initdb").environment,
            **self.variables,
        }
        return subprocess.run(
            require(shell).command(str(SCRIPTS / script)),
            env=environment | variables,
            cwd=self.folder,
            capture_output=True,
            check=False,
            text=True,
            timeout=_START_SECONDS,
        )

    def done(self, script: str, shell: str = "bash", **variables: str) -> str:
        """Run a script that must succeed, and return the last line it prints."""
        ended = self.run(script, shell, **variables)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout.splitlines()[-1] if ended.stdout else ""

    def refused(self, script: str, shell: str = "bash", **variables: str) -> str:
        """Run a script that must fail, and return its last words."""
        ended = self.run(script, shell, **variables)
        assert ended.returncode != 0, ended.stdout
        return ended.stderr.splitlines()[-1]

    def check(self, **variables: str) -> str:
        """Run the restore check in a scratch folder of its own; return the verdict."""
        return self.done("check.sh", **self._scratch(), **variables)

    def broken(self, **variables: str) -> str:
        """Run a restore check that must fail; return its last words."""
        return self.refused("check.sh", **self._scratch(), **variables)

    def sql(self, statement: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Run a statement and return its rows, if it has any."""
        where = f"host=127.0.0.1 port={self.port} user=tester dbname={database or self.database}"
        with closing(psycopg.connect(where, autocommit=True)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def names(self) -> list[str]:
        """Return the names of what is in the folder of backups, but for the lock."""
        return sorted(each.name for each in self.backups.iterdir() if each.name != ".lock")

    def add(self, name: str) -> Path:
        """Put a backup of that name there, which only retention will ever look at."""
        made = self.backups / name
        made.mkdir(parents=True)
        (made / "dump").write_text("dump")
        (made / "manifest.json").write_text("{}")
        return made

    def _scratch(self) -> dict[str, str]:
        # a socket's path has room for 107 bytes, which a test's own folder may need alone
        scratch = Path(tempfile.mkdtemp(dir=self.scratch))
        return {"SCRATCH": str(scratch), "PGHOST": "", "PGPORT": "5432"}


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run a Postgres in a temporary folder; give its port."""
    data = tmp_path_factory.mktemp("postgres") / "data"
    initdb, postgres = require("initdb"), require("postgres")
    subprocess.run(
        initdb.command("-D", str(data), "-U", "tester", "--auth=trust", "--no-sync"),
        env={**os.environ, **initdb.environment},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    settings = ("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", "")
    process = subprocess.Popen(
        postgres.command("-D", str(data), "-p", str(number), *settings),
        env={**os.environ, **postgres.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(number)
        yield number
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


@pytest.fixture
def bench(port: int, tmp_path: Path) -> Iterator[Bench]:
    """Give a database with two tables, one of them with a name that needs quotes."""
    name = f"live_{time.monotonic_ns()}"
    scratch = Path(tempfile.mkdtemp(prefix="plumb-"))
    bench = Bench(folder=tmp_path, port=port, database=name, scratch=scratch)
    bench.sql(f"create database {name}", "postgres")
    bench.backups.mkdir()
    bench.sql("create table runs (id int primary key, answer jsonb not null)")
    bench.sql(
        "insert into runs select n, jsonb_build_object('n', n) from generate_series(1, 500) n"
    )
    bench.sql('create schema "Odd one"')
    bench.sql("""create table "Odd one"."a'b|c" as select 1 as x union all select 2""")
    yield bench
    bench.sql(f"drop database {name}", "postgres")
    shutil.rmtree(scratch)


def _wait(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    where = f"host=127.0.0.1 port={port} user=tester dbname=postgres"
    while True:
        try:
            psycopg.connect(where).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return
