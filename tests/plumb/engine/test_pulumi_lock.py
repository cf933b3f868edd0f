"""The lock that a killed run leaves."""

import os
import socket
from pathlib import Path

import psutil
import pytest
from pulumi.automation import LocalWorkspace, Stack

from plumb.engine.engine import EngineError
from plumb.engine.pulumi.lock import release_dead
from tests.plumb.engine import pulumi_cli
from tests.plumb.engine.pulumi_cli import PaperCli

_SAID = (
    "the stack is currently locked by 1 lock(s).\n  file:///x.json: created by {} (pid {}) at now"
)
_DEAD = 2**22 + 1
"""Greater than any process id of Linux."""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PaperCli:
    """Give a CLI that notes its calls."""
    return pulumi_cli.place(monkeypatch, tmp_path)


@pytest.fixture
def stack(cli: PaperCli) -> Stack:
    """Give a stack of that CLI."""
    return Stack.select("development", LocalWorkspace(work_dir=str(cli.folder)))


def test_a_dead_runs_lock_is_taken_away_and_told(cli: PaperCli, stack: Stack) -> None:
    """The CLI itself cancels, so that every kind of backend does it its own way."""
    assert not psutil.pid_exists(_DEAD)
    told: list[str] = []
    release_dead(stack, _SAID.format(f"me@{socket.gethostname()}", _DEAD), told.append)
    assert "cancel" in cli.calls[-1]
    assert "interrupted run" in told[0]


@pytest.mark.parametrize(
    "said",
    [
        _SAID.format(f"me@{socket.gethostname()}", os.getpid()),
        _SAID.format("me@another-machine", _DEAD),
        "[409] Conflict: Another update is currently in progress.",
    ],
    ids=["alive", "elsewhere", "unnamed"],
)
def test_a_lock_that_may_be_held_stays(cli: PaperCli, stack: Stack, said: str) -> None:
    """Two runs at once would tear the state; the message says how to end a dead one."""
    with pytest.raises(EngineError, match="pulumi cancel development"):
        release_dead(stack, said, None)
    assert not any("cancel" in call for call in cli.calls)
