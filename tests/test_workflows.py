"""The workflows: they run what a person can run, with pinned actions and few rights."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from plumb.cli import app

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github").rglob("*.yml"))
WORKFLOWS = [path for path in FILES if path.parent.name == "workflows"]
names = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
workflows = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    """Return a workflow; YAML 1.1 reads its `on` as true, which is nothing to these tests."""
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Yield every step of a workflow's jobs, or of an action."""
    document = read(path)
    jobs = document.get("jobs") or {"action": document["runs"]}
    for job in jobs.values():
        yield from job["steps"]


def commands(path: Path) -> Iterator[list[str]]:
    """Yield the words of each command that a step runs, as far as they are the project's."""
    for step in steps(path):
        for line in step.get("run", "").splitlines():
            words = shlex.split(re.split(r"\s(?:>>?|\|\||&&)\s", line)[0], comments=True)
            if words and words[0].startswith((".venv/bin/", "scripts/", "make", ".ci/")):
                yield words


@names
def test_every_action_is_pinned_and_named(path: Path) -> None:
    """An action is a commit, with the version that a person reads; a tag could be moved."""
    for line in path.read_text().splitlines():
        used = re.search(r"uses: (\S+)(.*)", line)
        if used and not used[1].startswith("./"):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used[1]), line
            assert re.match(r" # v\d+", used[2]), line


@names
def test_every_command_is_one_that_there_is(path: Path) -> None:
    """Steps call scripts that can be run, targets of the Makefile, and plumb's own options."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for words in commands(path):
        program = words[0]
        if program == "make":
            assert set(words[1:]) <= targets, words
        elif program == ".venv/bin/plumb":
            known_to_plumb(words[1:])
        elif program.startswith("scripts/"):
            assert (ROOT / program).stat().st_mode & 0o111, words


def known_to_plumb(words: list[str]) -> None:
    """Assert that plumb has the command and every option, and takes as many words."""
    root = typer.main.get_command(app)
    with root.make_context("plumb", list(words)) as context:
        command = root.get_command(context, words[0])  # type: ignore[attr-defined]
        assert command, words
        command.make_context(words[0], list(words[1:]), parent=context)


@workflows
def test_rights_are_few_and_jobs_end(path: Path) -> None:
    """A workflow reads unless it says what it writes, and no job runs for hours."""
    document = read(path)
    assert document["permissions"]["contents"] == "read"
    for job in document["jobs"].values():
        assert job["timeout-minutes"] <= 60
    assert "pull_request_target" not in path.read_text()


@workflows
def test_nothing_of_an_event_is_run_as_a_command(path: Path) -> None:
    """Text that somebody else wrote reaches a shell as a variable, never as part of a script."""
    assert not [step["run"] for step in steps(path) if "${{" in step.get("run", "")]


def test_the_workflows_are_what_actionlint_wants() -> None:
    """Contexts, expressions and shell of every workflow, where actionlint is installed."""
    actionlint = shutil.which("actionlint")
    if actionlint is None:
        pytest.skip("actionlint is not on PATH")
    found = subprocess.run([actionlint, *WORKFLOWS], cwd=ROOT, capture_output=True, check=False)
    assert found.returncode == 0, found.stdout.decode()
