"""A SQLite file on a full disk, locked by another process, or with a damaged row."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.runtime.faults.damage import assert_hurts_its_own_alone
from tests.runtime.faults.effects import CHAIN, asked, assert_done_once, joined, row
from tests.runtime.faults.requests import posted
from tests.runtime.faults.stack import Process, Stack
from tests.runtime.service import until

pytestmark = pytest.mark.slow

DISK = "4m"
"""Enough for a start and some runs; soon full."""

BALLAST = "x" * 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk of the test's own; skips where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def keeping(stack: Stack, path: Path) -> Stack:
    """Return a stack of three steps that keeps its runs in a file, however full the disk is.

    Its own limit on the disk would refuse before the database does.
    """
    stated = stack.stating(
        database={"sqlite_path": str(path)}, execution={"limits": {"disk_percent": None}}
    )
    return stated.running(CHAIN)


def fill(disk: Path) -> Path:
    """Fill a disk to the last byte; return what fills it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            pass
    return filler


async def assert_refused(process: Process) -> None:
    """Wait until what cannot be kept is refused, and with what the caller can read."""

    async def refused() -> bool:
        body = {"assistant_id": "agent", "input": {"ballast": BALLAST}}
        answer = await posted(process, "/runs", body)
        assert answer.status_code in {200, 503}, answer.text
        return answer.status_code == 503 and "store-unavailable" in answer.json()["type"]

    await until(refused)


def assert_intact(path: Path) -> None:
    """Assert that a file is a sound database."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_full_disk_refuses_and_recovers(in_sqlite: Stack, small_disk: Path) -> None:
    """Fault 12 (ORC-07): a typed refusal, a sound file, and every acknowledged run in the end."""
    path = small_disk / "runs.db"
    stack = keeping(in_sqlite, path)
    async with stack.processes(1) as (process,):
        runs = [await asked(process.url, slow=0.3) for _ in range(4)]
        filler = fill(small_disk)
        await assert_refused(process)
        assert (await posted(process, "/threads/count", {})).status_code == 200  # it still reads
        filler.unlink()
        runs.append(await asked(process.url, slow=0))
        for ids in runs:
            given, told = await joined(process.url, ids), await row(process.url, ids)
            assert_done_once(stack.folder, ids, given, told["attempts"])
    assert_intact(path)


async def test_a_file_that_another_process_locks_is_waited_for_and_then_refused(
    in_sqlite: Stack, tmp_path: Path
) -> None:
    """Fault 13: 503 with Retry-After while it is locked; nothing acknowledged is lost."""
    path = tmp_path / "runs.db"
    stack = keeping(in_sqlite, path)
    async with stack.processes(1) as (process,):
        runs = [await asked(process.url, slow=0.3) for _ in range(4)]
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await assert_refused(process)
            question = await posted(process, "/invoke", {"input": "SGLT2 inhibitors"})
            assert (question.status_code, question.headers["retry-after"]) == (503, "1")
            other.execute("ROLLBACK")
        runs.append(await asked(process.url, slow=0))
        for ids in runs:
            given, told = await joined(process.url, ids), await row(process.url, ids)
            assert_done_once(stack.folder, ids, given, told["attempts"])
    assert_intact(path)


async def test_a_damaged_checkpoint_fails_its_own_run_alone(
    in_sqlite: Stack, tmp_path: Path
) -> None:
    """Fault 11: the thread's next run ends as an error that has a name; all else goes on."""
    path = tmp_path / "runs.db"

    def damage(thread_id: str) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "UPDATE checkpoints SET checkpoint = x'c1' WHERE thread_id = ?", (thread_id,)
            )

    async with keeping(in_sqlite, path).processes(1) as (process,):
        await assert_hurts_its_own_alone(process, damage)
