"""`plumb diff` from a cold start: nothing, one stack, and all stacks changed."""

import shutil
import tempfile
from functools import partial
from pathlib import Path

from bench.commands import ROOT, plumb, seconds
from bench.compare import Series, interleaved

_EDIT = ("INFO", "WARNING"), ("DEBUG", "INFO")
"""Values of `observability.log_level`, which every stack states: one value each is edited."""


def diff(rounds: int) -> list[Series]:
    """Return the wall times of `plumb diff` over no change, one stack changed, and all of them."""
    with tempfile.TemporaryDirectory(prefix="plumb-bench-") as folder:
        project = Path(folder)
        _committed(project)
        cases = {"nothing changed": 0, "one stack changed": 1, "three stacks changed": 3}
        return interleaved(
            {
                f"plumb diff, {name}": partial(_timed, project, number)
                for name, number in cases.items()
            },
            rounds=rounds,
            unit="s",
        )


def _committed(project: Path) -> None:
    """Make a repository that holds the project's stack files alone: the code is the installed."""
    for path in [ROOT / "Pulumi.yaml", *ROOT.glob("Pulumi.*.yaml")]:
        shutil.copy(path, project)
    author = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for words in (["init", "--quiet"], ["add", "."], [*author, "commit", "--quiet", "-m", "base"]):
        seconds(["git", *words], project)


def _timed(project: Path, number: int) -> float:
    """Return the wall time with that many stacks edited; the files are put back."""
    paths = sorted(project.glob("Pulumi.*.yaml"))
    texts = {path: path.read_text() for path in paths[:number]}
    for path, text in texts.items():
        path.write_text(_edited(text))
    try:
        return seconds(plumb("diff", "HEAD"), project)
    finally:
        for path, text in texts.items():
            path.write_text(text)


def _edited(text: str) -> str:
    for old, new in _EDIT:
        if f"log_level: {old}" in text:
            return text.replace(f"log_level: {old}", f"log_level: {new}")
    raise ValueError("a stack file states no log_level to edit")
