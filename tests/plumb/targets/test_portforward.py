"""plumb.targets.portforward: one connection a Service, kept alive and found again."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from plumb.kube.kubectl import Kubectl
from plumb.process.state import Folder
from plumb.targets.portforward import PortForward
from plumb.targets.target import TargetError

_LISTENER = """\
#!{python}
import os, socket, sys
from pathlib import Path
if Path({refusal!r}).exists():
    sys.exit("error: no pod is running")
server = socket.create_server(("127.0.0.1", int(sys.argv[-1].partition(":")[0])))
callers = []
while True:
    callers.append(server.accept()[0])
"""

_PATIENCE_SECONDS = 20


@pytest.fixture
def forward(tmp_path: Path) -> Iterator[PortForward]:
    """Give a connection that is closed afterwards."""
    made = PortForward(Folder(tmp_path / "connection"))
    yield made
    made.close()


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """Give a kubectl that listens, as `port-forward` does, unless a file tells it to refuse."""
    program = tmp_path / "kubectl"
    program.write_text(_LISTENER.format(python=sys.executable, refusal=str(tmp_path / "refuse")))
    program.chmod(0o755)
    return Kubectl(program=program, context="ours")


def accepts(address: str) -> bool:
    """Whether something listens there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def processes(forward: PortForward) -> list[psutil.Process]:
    """Return the supervisor and kubectl."""
    running = forward.folder.read()
    process = running.process() if running else None
    return [process, *process.children()] if process else []


def eventually_accepts(address: str) -> bool:
    """Whether something listens there before patience ends."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if accepts(address):
            return True
        time.sleep(0.05)
    return False


def test_the_same_connection_is_taken_again(forward: PortForward, kubectl: Kubectl) -> None:
    """Every `plumb up` gives the same address, by the same process."""
    address = forward.open(kubectl, "bio", "web", 8000)
    before = processes(forward)
    assert forward.open(kubectl, "bio", "web", 8000) == address
    assert processes(forward) == before
    assert "service/web" in before[1].cmdline()


def test_a_connection_that_ends_is_made_again(forward: PortForward, kubectl: Kubectl) -> None:
    """Kubectl ends with its pod; the address stays."""
    address = forward.open(kubectl, "bio", "web", 8000)
    [supervisor, kubectl_process] = processes(forward)
    kubectl_process.kill()
    kubectl_process.wait()
    assert eventually_accepts(address)
    assert processes(forward)[0] == supervisor


def test_another_port_of_the_service_is_another_connection(
    forward: PortForward, kubectl: Kubectl
) -> None:
    """What leads elsewhere is ended, and its loopback port taken over."""
    address = forward.open(kubectl, "bio", "web", 8000)
    before = processes(forward)
    assert forward.open(kubectl, "bio", "web", 8080) == address
    assert not any(map(_is_alive, before))
    assert processes(forward)


def test_closing_ends_all_of_it(forward: PortForward, kubectl: Kubectl) -> None:
    """No process and no memory of it stays; closing twice is fine."""
    address = forward.open(kubectl, "bio", "web", 8000)
    ended = processes(forward)
    forward.close()
    forward.close()
    assert not accepts(address)
    assert not any(map(_is_alive, ended))
    assert forward.folder.read() is None


def test_a_service_that_cannot_be_reached_is_told_with_kubectls_words(
    kubectl: Kubectl, tmp_path: Path
) -> None:
    """Nothing is left behind."""
    forward = PortForward(Folder(tmp_path / "connection"), start_seconds=0.5)
    (tmp_path / "refuse").touch()
    with pytest.raises(TargetError, match=r"no way to bio/web[\s\S]*no pod is running"):
        forward.open(kubectl, "bio", "web", 8000)
    assert forward.folder.read() is None


def _is_alive(process: psutil.Process) -> bool:
    """Whether a process runs; one that nobody has asked about yet has ended all the same."""
    return process.is_running() and bool(process.status() != psutil.STATUS_ZOMBIE)
