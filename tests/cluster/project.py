"""A project of a test's own: stack files to edit, and plumb to run on them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stacks import ROOT

_STORES = Path(__file__).with_name("Pulumi.stores.yaml")


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
    """Write the project's own development stack, and the stack `stores`, into a folder."""
    for name in ("Pulumi.yaml", "Pulumi.development.yaml"):
        (folder / name).write_text((ROOT / name).read_text())
    (folder / _STORES.name).write_text(_STORES.read_text())
    return Project(folder, cluster)
