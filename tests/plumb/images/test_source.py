"""An image's hash changes with each of its inputs, and with nothing else."""

import shutil
from pathlib import Path

import pytest

from plumb.images.need import Kind
from plumb.images.source import source
from tests.stacks import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a copy of all that images are made of, and of something that they are not."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("profiles", "runtime", "upstreams", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("Dockerfile", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fingerprints(project: Path) -> dict[Kind, str]:
    """Return the hash of both images that are made of the project's files."""
    kinds: tuple[Kind, ...] = ("orchestrator", "upstreams")
    return {kind: source(kind, project).fingerprint("base") for kind in kinds}


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("Dockerfile", {"orchestrator", "upstreams"}),
        ("profiles/contract.py", {"orchestrator"}),
        ("runtime/api/page.html", {"orchestrator"}),
        ("pyproject.toml", {"orchestrator"}),
        ("requirements/runtime.txt", {"orchestrator"}),
        ("requirements/upstreams.txt", {"upstreams"}),
        ("upstreams/app.py", {"upstreams"}),
        ("upstreams/sample/new.json", {"upstreams"}),
        ("runtime/new.py", {"orchestrator"}),
        ("requirements/dev.txt", set()),
        ("README.md", set()),
        ("runtime/__pycache__/app.cpython-313.pyc", set()),
    ],
)
def test_a_changed_file_changes_the_images_that_it_ends_in(
    project: Path, path: str, changed: set[str]
) -> None:
    """An unchanged input never rebuilds, and a changed one does."""
    before = fingerprints(project)
    (project / path).parent.mkdir(exist_ok=True)
    with (project / path).open("a") as file:
        file.write("\n")
    after = fingerprints(project)
    assert {kind for kind, value in after.items() if value != before[kind]} == changed


def test_a_moved_or_removed_file_changes_the_image(project: Path) -> None:
    """A name is an input as much as a content."""
    before = fingerprints(project)["orchestrator"]
    (project / "runtime/budget.py").rename(project / "runtime/budgets.py")
    moved = fingerprints(project)["orchestrator"]
    (project / "runtime/budgets.py").unlink()
    assert len({before, moved, fingerprints(project)["orchestrator"]}) == 3


def test_another_base_is_another_image() -> None:
    """A server's hash follows the distribution that it is made from, and its entry point."""
    made_of = source("postgres", ROOT)
    assert made_of.fingerprint("a") != made_of.fingerprint("b")
    assert made_of.fingerprint("a") == source("postgres", ROOT).fingerprint("a")
    assert "entrypoint.sh" in made_of.files
