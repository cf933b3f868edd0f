"""plumb.process.state: exactly the process that was started, or none."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from plumb.process.state import Folder, Running


@pytest.fixture
def ourselves() -> Running:
    """Return a record of the process that runs the tests."""
    pid = os.getpid()
    return Running(
        pid=pid,
        started=psutil.Process(pid).create_time(),
        address="http://127.0.0.1:1",
        config_hash="abc",
    )


def test_a_running_process_is_found_again(tmp_path: Path, ourselves: Running) -> None:
    """What was written is read, while the process lives."""
    Folder(tmp_path).write(ourselves)
    assert Folder(tmp_path).read() == ourselves


def test_a_reused_pid_is_not_taken_for_ours(tmp_path: Path, ourselves: Running) -> None:
    """Another process with the same pid must never be ended by `plumb down`."""
    Folder(tmp_path).write(replace(ourselves, started=ourselves.started - 60))
    assert Folder(tmp_path).read() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": 1}', "not json"])
def test_a_broken_state_file_means_nothing_runs(text: str, tmp_path: Path) -> None:
    """A half-written file does not stop the next command."""
    (tmp_path / "state.json").write_text(text)
    assert Folder(tmp_path).read() is None


def test_forgetting_twice_is_harmless(tmp_path: Path) -> None:
    """Ending what has ended changes nothing."""
    Folder(tmp_path).forget()
    assert Folder(tmp_path).read() is None
