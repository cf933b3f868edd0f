"""A machine's first process keeps its daemons running, whatever they do."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from plumb.local.machine import Daemon, Machine

_LOOP = """
import sys, time
from pathlib import Path
from plumb.local.init import Supervisor
supervisor = Supervisor(Path(sys.argv[1]))
while True:
    supervisor.turn()
    time.sleep(0.05)
"""
_PATIENCE_SECONDS = 30


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Give a machine without namespaces: its first process is an ordinary one."""
    with subprocess.Popen([sys.executable, "-c", _LOOP, str(tmp_path)]) as process:
        yield Machine(tmp_path)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            child.kill()


def _grows_to(log: Path, lines: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if log.exists() and len(log.read_text().splitlines()) >= lines:
            return True
        time.sleep(0.05)
    return False


def test_a_daemon_that_ends_is_started_again(machine: Machine) -> None:
    """Its log goes on in the same file, with its own environment."""
    shell = ["/bin/sh", "-c", "echo $GREETING"]
    machine.declare([Daemon(name="brief", command=shell, environment={"GREETING": "hello"})])
    assert _grows_to(machine.log("brief"), 2)
    assert set(machine.log("brief").read_text().split()) == {"hello"}


def test_a_missing_program_does_not_end_the_machine(machine: Machine) -> None:
    """The other daemons run on, and one that is declared later starts too."""
    machine.declare([Daemon(name="absent", command=["/no/such/program"])])
    machine.declare([Daemon(name="present", command=["/bin/sh", "-c", "echo here; sleep 60"])])
    assert _grows_to(machine.log("present"), 1)
    assert machine.declared() == ["absent", "present"]


def test_declaring_again_starts_nothing_twice(machine: Machine) -> None:
    """A second `up` declares the same daemons; each keeps its process."""
    daemon = Daemon(name="steady", command=["/bin/sh", "-c", "echo $$; sleep 60"])
    other = Daemon(name="other", command=["/bin/sh", "-c", "echo up; sleep 60"])
    machine.declare([daemon])
    assert _grows_to(machine.log("steady"), 1)
    machine.declare([daemon, other])
    assert _grows_to(machine.log("other"), 1)
    assert len(machine.log("steady").read_text().split()) == 1
    entries = json.loads((machine.folder / "daemons.json").read_text())
    assert [entry["name"] for entry in entries] == ["steady", "other"]
