"""A project of a test's own: stack files to edit, and plumb to run on them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stacks import ROOT


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with stack files, and the cluster that its commands go to."""

    folder: Path
    """The project's root."""
    cluster: str
    """Name of the local cluster."""

    def plumb(self, command: str, stack: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a command of plumb on a stack at the local cluster."""
        where = ("--target", "local", "--cluster", self.cluster)
        return self.run(command, stack, *where, *options)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run plumb."""
        program = str(Path(sys.executable).with_name("plumb"))
        return subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            text=True,
            timeout=600,
        )

    def up(self, stack: str) -> str:
        """Bring a stack up and return what was printed; fails with all that was said."""
        done = self.plumb("up", stack)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def address(self, stack: str) -> str:
        """Bring a stack up and return the loopback address that leads to its Service."""
        found = re.search(r"http://127\.0\.0\.1:\d+", self.up(stack))
        assert found
        return found[0]

    def status(self, stack: str) -> dict[str, Any]:
        """Return what `plumb status --json` says."""
        answer: dict[str, Any] = json.loads(self.plumb("status", stack, "--json").stdout)
        return answer

    def edit(self, stack: str, before: str, after: str) -> None:
        """Change one place of a stack file."""
        path = self.folder / f"Pulumi.{stack}.yaml"
        text = path.read_text()
        assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {path.name}"
        path.write_text(text.replace(before, after))


def make_project(folder: Path, cluster: str) -> Project:
    """Write the project's own development stack, and the tests' own stacks, into a folder."""
    own = (ROOT / "Pulumi.yaml", ROOT / "Pulumi.development.yaml")
    for path in (*own, *Path(__file__).parent.glob("Pulumi.*.yaml")):
        (folder / path.name).write_text(path.read_text())
    return Project(folder, cluster)


def running(folder: Path, cluster: str, stack: str) -> Iterator[Project]:
    """Give a project whose stack runs, for a fixture; takes the stack down at the end."""
    project = make_project(folder, cluster)
    project.up(stack)
    yield project
    project.plumb("down", stack)
