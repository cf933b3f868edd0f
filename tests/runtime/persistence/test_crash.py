"""A process that dies while many write at once, on both databases."""

import asyncio
import subprocess

import psycopg
import pytest

from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.migration import migrate
from runtime.settings import Settings
from tests.runtime.persistence.process import command

pytestmark = pytest.mark.slow

ACKNOWLEDGED = 300


def _written_until_killed(settings: Settings) -> list[str]:
    """Return what a process said it had kept before it was killed."""
    line, environment = command(settings, "write")
    names: list[str] = []
    with subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for name in writer.stdout:
            names.append(name.strip())
            if len(names) == ACKNOWLEDGED:
                writer.kill()
    return names


async def test_what_was_acknowledged_survives_kill_9(stored: Settings) -> None:
    """Fault 3: of what many tasks wrote together, all that anyone was told of is there."""
    names = await asyncio.to_thread(_written_until_killed, stored)
    async with open_checkpointer(stored) as saver:
        places = [{"configurable": {"thread_id": name}} for name in names if len(name) == 36]
        found = await asyncio.gather(*(saver.aget(place) for place in places))  # type: ignore[arg-type]
    assert len(found) >= ACKNOWLEDGED
    assert None not in found


async def test_four_processes_make_all_tables_once(in_postgres: Settings) -> None:
    """CFG-11: on an empty database, checkpoints' and runs' tables alike, under one lock."""
    line, environment = command(in_postgres, "open")
    started = [await asyncio.create_subprocess_exec(*line, env=environment) for _ in range(4)]
    assert [await each.wait() for each in started] == [0] * 4
    url = in_postgres.secrets.database_url
    assert url is not None
    await migrate(url, None, in_postgres.config.store)  # nothing is left to do, nothing twice
    with psycopg.connect(url.get_secret_value()) as connection:
        tables = "checkpoints", "checkpoint_writes", "checkpoint_blobs", "threads", "runs"
        for table in tables:
            row = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
            assert row is not None
            assert row[0] == table
