"""The SQLite store: made where it is missing, refused where it cannot be, cleaned when old."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6

from profiles.load import load_profile
from profiles.service import service_config
from runtime.errors import StoreError, ThreadBusyError
from runtime.override import with_value
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.claim import ThreadClaims
from runtime.persistence.retention import first_id_at, remove_stale
from runtime.persistence.saver import BioMCPCheckpointSaver
from runtime.persistence.sqlite import SqliteCheckpointSaver
from runtime.settings import Settings, load_settings

DAY = 86_400


def settings_for(path: Path) -> Settings:
    """Return embedded settings with the file at a path."""
    return load_settings({"ORCHESTRATOR_CHECKPOINT_DB": str(path)})


async def put(
    saver: SqliteCheckpointSaver, thread_id: str, checkpoint_id: str | None = None
) -> None:
    """Keep one checkpoint of a thread."""
    checkpoint = empty_checkpoint()
    checkpoint["id"] = checkpoint_id or checkpoint["id"]
    config = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
    await saver.aput(config, checkpoint, {}, {})  # type: ignore[arg-type]  # a RunnableConfig is a dict


def _pragmas(file: sqlite3.Connection) -> tuple[str, int]:
    (mode,), (level,) = (
        file.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")
    )
    return mode, level


async def test_the_file_and_its_folder_are_made_in_wal_mode(tmp_path: Path) -> None:
    """ORC-07: a fresh machine needs no preparation; readers never block the writer."""
    path = tmp_path / "new" / "folder" / "checkpoints.db"
    async with open_checkpointer(settings_for(path)) as saver:
        assert isinstance(saver, SqliteCheckpointSaver)
        assert await saver.file.outside(_pragmas) == ("wal", 1)
    with sqlite3.connect(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert {"checkpoints", "writes"} <= tables


async def test_a_place_that_cannot_hold_the_file_is_named_with_the_fix(tmp_path: Path) -> None:
    """OPS-08: the error says which file, why, and which variable moves it."""
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "checkpoints.db"
    with pytest.raises(StoreError, match="ORCHESTRATOR_CHECKPOINT_DB") as refused:
        async with open_checkpointer(settings_for(path)):
            pass
    assert str(path) in str(refused.value)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """OPS-08: nothing is overwritten."""
    path = tmp_path / "checkpoints.db"
    path.write_text("my only copy of something else" * 100)
    with pytest.raises(StoreError, match="not a database"):
        async with open_checkpointer(settings_for(path)):
            pass
    assert path.read_text().startswith("my only copy")


async def test_only_threads_that_have_not_moved_are_removed(tmp_path: Path) -> None:
    """OPS-10, CON-06: old goes, young stays, and a thread in use stays whatever its age."""
    claims, now = ThreadClaims(), time.time()
    old, older = first_id_at(now - 2 * DAY), first_id_at(now - 3 * DAY)
    async with open_checkpointer(settings_for(tmp_path / "c.db")) as saver:
        assert isinstance(saver, SqliteCheckpointSaver)
        for thread in ("old", "running", "moved"):
            await put(saver, thread, older)
            await put(saver, thread, old)
        await put(saver, "moved")
        await put(saver, "young")
        with claims.claim("running"):
            removed = await remove_stale(saver, claims, now - DAY)
        left = {each.config["configurable"]["thread_id"] async for each in saver.alist(None)}
    assert removed == 1
    assert left == {"running", "moved", "young"}


def test_the_least_id_of_a_moment_lies_between_ids_before_and_after_it() -> None:
    """OPS-10: checkpoint ids are ordered by their time, which is what the clean-up relies on."""
    before = str(uuid6())
    moment = first_id_at(time.time() + 1)
    assert before < moment < first_id_at(time.time() + 2)
    assert first_id_at(0).startswith("1b21dd21-3814-6000")


def test_a_thread_is_held_by_one_at_a_time() -> None:
    """ORC-08: the second holder is refused, and the thread is free after the first."""
    claims = ThreadClaims()
    with claims.claim("t"):
        with pytest.raises(ThreadBusyError), claims.claim("t"):
            pass
        with pytest.raises(ThreadBusyError), claims.claim("t"):
            pass
    with claims.claim("t"):
        pass


async def test_the_documented_saver_gives_a_threads_newest_checkpoint(tmp_path: Path) -> None:
    """ORC-03: `aget_checkpoint(id)` by its documented name; None for a thread without any."""
    config = service_config(load_profile('{"base": "embedded"}'))
    config = with_value(config, "store.sqlite_path", str(tmp_path / "c.db"))
    async with open_checkpointer(settings_for(tmp_path / "c.db")) as saver:
        assert isinstance(saver, SqliteCheckpointSaver)
        named = BioMCPCheckpointSaver(config, saver)
        await put(saver, "thread")
        assert await named.aget_checkpoint("thread") is not None
        assert await named.aget_checkpoint("another") is None


async def test_a_failed_open_leaves_no_thread_behind(tmp_path: Path) -> None:
    """What runs on would speak to an event loop that is gone, and bury the reason in its noise."""
    (tmp_path / "checkpoints.db").mkdir()
    before = set(threading.enumerate())
    settings = settings_for(tmp_path / "checkpoints.db")
    with pytest.raises(StoreError):
        async with open_checkpointer(settings):
            pass
    assert set(threading.enumerate()) <= before
