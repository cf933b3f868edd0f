"""`plumb up | status | down --target process`, with the real service."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def plumb(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run plumb in a project folder."""
    command = [str(Path(sys.executable).with_name("plumb")), *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, check=False, text=True, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """Give a copy of the project's stack files, and end what a test left running in it."""
    for name in ("Pulumi.yaml", "Pulumi.development.yaml", "Pulumi.production.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    yield tmp_path
    plumb("down", "development", folder=tmp_path)


def status(folder: Path) -> dict[str, Any]:
    """Return what `plumb status --json` says."""
    result = plumb("status", "development", "--json", folder=folder)
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


def edit(folder: Path, before: str, after: str) -> None:
    """Change a line of development's stack file."""
    path = folder / "Pulumi.development.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_a_stack_comes_up_answers_follows_an_edit_and_ends(project: Path) -> None:
    """CFG-01: an edited threshold reaches the running service by `plumb up`, and only then."""
    up = plumb("up", "development", "--target", "process", folder=project)
    assert up.returncode == 0, up.stdout + up.stderr
    assert "is ready after" in up.stdout
    assert "left out on this target" in up.stdout
    first = status(project)
    assert first["in_step"]

    edit(project, "check_interval_seconds: 30", "check_interval_seconds: 20")
    assert not status(project)["in_step"]
    again = plumb("up", "development", "--target", "process", folder=project)
    assert "configuration changed" in again.stdout
    second = status(project)
    assert second["in_step"]
    assert second["active_hash"] != first["active_hash"]
    info = httpx.get(f"{second['address']}/info").json()
    assert info["thresholds"]["health"]["check_interval_seconds"] == 20

    unchanged = plumb("up", "development", "--target", "process", folder=project)
    assert "already runs as the stack file says" in unchanged.stdout

    (pid,) = [json.loads((project / ".plumbline/development/state.json").read_text())["pid"]]
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    down = plumb("down", "development", folder=project)
    assert down.returncode == 0
    assert not any(process.is_running() for process in family)
    assert plumb("status", "development", folder=project).returncode == 3


def test_a_broken_rule_starts_nothing(project: Path) -> None:
    """A stack that breaks a rule is refused before anything is done."""
    edit(
        project,
        "      scratch_mib: 32",
        "      scratch_mib: 32\n      termination_grace_seconds: 10",
    )
    result = plumb("up", "development", "--target", "process", folder=project)
    assert result.returncode == 1
    assert "PL015" in result.stderr
    assert not (project / ".plumbline").exists()


def test_a_service_that_cannot_start_says_why(project: Path) -> None:
    """The end of its log is shown, not only that it did not come up."""
    (project / ".plumbline/development/checkpoints.db").mkdir(parents=True)
    result = plumb("up", "development", "--target", "process", folder=project)
    assert result.returncode == 3
    said = re.sub(r"\s+", " ", result.stderr)
    assert "service.log" in said
    assert "checkpoints.db" in said
