"""One SQLite file for all that is written: one commit for many, undone one by one."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.persistence.sqlite import connect
from runtime.persistence.sqlite_file import SqliteFile, Unit


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    """Give a file with one table."""
    opened = SqliteFile(connect(tmp_path / "file.db"))
    await opened.outside(lambda each: each.execute("CREATE TABLE kept (n INTEGER UNIQUE)"))
    yield opened
    await opened.close()


def putting(number: int) -> Unit[None]:
    """Return a unit that keeps a number."""

    def put(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO kept VALUES (?)", (number,))

    return put


async def kept(file: SqliteFile) -> list[int]:
    """Return what is kept."""
    return await file.run(
        lambda each: [row[0] for row in each.execute("SELECT n FROM kept ORDER BY n")]
    )


async def test_what_is_written_at_the_same_moment_is_one_commit(file: SqliteFile) -> None:
    """PERF-07: fifty tasks that write together cost one commit, not fifty."""
    said: list[str] = []
    await file.outside(lambda each: each.set_trace_callback(said.append))
    await asyncio.gather(*(file.run(putting(number)) for number in range(50)))
    assert await kept(file) == [*range(50)]
    assert said.count("COMMIT") == 2  # the fifty, and the look at them


async def test_a_unit_that_fails_is_undone_alone(file: SqliteFile) -> None:
    """What others wrote in the same commit stays, and only the one who failed is told."""

    def half(connection: sqlite3.Connection) -> None:
        putting(7)(connection)
        raise ValueError("in the middle")

    units = [putting(1), half, putting(1), putting(2)]
    told = await asyncio.gather(*(file.run(unit) for unit in units), return_exceptions=True)
    assert [type(each) for each in told] == [
        type(None), ValueError, sqlite3.IntegrityError, type(None),
    ]  # fmt: skip
    assert await kept(file) == [1, 2]


async def test_a_commit_that_fails_is_told_to_all(file: SqliteFile) -> None:
    """Nobody is told that something is kept which is not: here another holds the file."""
    other = sqlite3.connect(await file.outside(_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await file.outside(lambda each: each.execute("PRAGMA busy_timeout=1"))
    units = (file.run(putting(number)) for number in range(3))
    told = await asyncio.gather(*units, return_exceptions=True)
    assert [str(each) for each in told] == ["database is locked"] * 3
    other.rollback()
    other.close()
    await file.run(putting(5))
    assert await kept(file) == [5]


async def test_a_full_disk_refuses_those_who_write_alone(file: SqliteFile) -> None:
    """Fault 12: who reads at the same moment is answered, and so is a write that finds room."""
    await file.outside(lambda each: each.execute("CREATE TABLE large (value BLOB)"))
    await file.run(putting(1))
    (pages,) = await file.outside(lambda each: each.execute("PRAGMA page_count").fetchone())
    await file.outside(lambda each: each.execute(f"PRAGMA max_page_count={pages}").fetchone())

    def large(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO large VALUES (zeroblob(1000000))")

    told = await asyncio.gather(
        kept(file), file.run(large), file.run(putting(2)), kept(file), return_exceptions=True
    )
    assert told[0] == [1]
    assert isinstance(told[1], sqlite3.OperationalError)
    assert list(told[2:]) == [None, [1, 2]]


async def test_a_closed_file_says_so(tmp_path: Path) -> None:
    """Nobody waits for ever for a file that is closed; closing it again does nothing."""
    opened = SqliteFile(connect(tmp_path / "file.db"))
    await opened.close()
    await opened.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        await opened.run(putting(1))


def _path(connection: sqlite3.Connection) -> str:
    path: str = connection.execute("PRAGMA database_list").fetchone()[2]
    return path
