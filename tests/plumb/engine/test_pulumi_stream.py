"""What a run of the CLI tells, and how one ends that waits in vain."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from plumb.engine.pulumi.stream import Stream
from tests.plumb.engine.pulumi_recorded import recorded

_DEPLOYMENT = "Deployment/bio-mcp-orchestrator"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a child process that is called as the CLI is."""
    sleep = shutil.which("sleep")
    assert sleep
    program = shutil.copy(sleep, tmp_path / "pulumi")
    # in the background of a shell, where nobody can press Ctrl-C, a child would ignore its signal
    command = ["env", "--default-signal=INT", program, "60"]
    with subprocess.Popen(command) as child:
        while psutil.Process(child.pid).name() != "pulumi":
            time.sleep(0.01)
        yield child
        child.kill()


def test_progress_names_objects_and_what_they_wait_for() -> None:
    """The provider's own words, under the object's name; its debug output is not told."""
    told: list[str] = []
    stream = Stream(told.append)
    for event in recorded("failure"):
        stream(event)
    stream.close()
    assert told[0] == f"creating {_DEPLOYMENT}"
    assert f"{_DEPLOYMENT}: Waiting for app ReplicaSet to be available (0/1 Pods available)" in told
    assert any("[ImagePullBackOff]" in line for line in told)


def test_errors_say_why_and_not_only_that() -> None:
    """`update failed` explains nothing; the object's own error does."""
    stream = Stream()
    for event in recorded("failure"):
        stream(event)
    stream.finish()
    (error,) = stream.errors
    assert error.startswith(f"{_DEPLOYMENT}: 4 errors occurred")
    assert stream.stuck == {}


def test_a_pod_that_stays_in_trouble_ends_the_run(running: subprocess.Popen[bytes]) -> None:
    """The CLI is asked to end as by Ctrl-C, so that it writes its state and frees its lock."""
    told: list[str] = []
    stream = Stream(told.append, hold_seconds=0)
    for event in recorded("failure"):
        stream(event)
        if event.diagnostic_event and "[ErrImagePull]" in event.diagnostic_event.message:
            break  # what comes after would calm it
    assert running.wait(timeout=30) == -signal.SIGINT
    assert "[ErrImagePull]" in stream.stuck[_DEPLOYMENT]


def test_trouble_that_passes_ends_nothing(running: subprocess.Popen[bytes]) -> None:
    """An image that comes at the second try is no failure."""
    stream = Stream(hold_seconds=0.3)
    events = recorded("failure")
    trouble = next(
        each
        for each in events
        if each.diagnostic_event and "[ErrImagePull]" in each.diagnostic_event.message
    )
    waiting = next(
        each
        for each in events
        if each.diagnostic_event and "Waiting for app" in each.diagnostic_event.message
    )
    for event in (events[0], trouble, waiting):
        stream(event)
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(timeout=1)
    assert stream.stuck == {}
