"""plumb diff: revisions of a real repository, each by the code that it holds."""

import shutil
import subprocess
from pathlib import Path

import pytest

from plumb.diff import run, side
from plumb.diff.report import Report

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


class Project:
    """A repository with stack files, and the project's code where a test wants it."""

    def __init__(self, folder: Path, *, code: bool) -> None:
        """Commit the stack files, and the code, as `base`."""
        self.folder = folder
        for path in [ROOT / "Pulumi.yaml", *ROOT.glob("Pulumi.*.yaml")]:
            shutil.copy(path, folder)
        for name in ("profiles", "infra", "plumb") if code else ():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
        self.git("init", "--quiet")
        self.commit("base")

    def git(self, *words: str) -> None:
        """Run git there."""
        author = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        subprocess.run(["git", "-C", str(self.folder), *author, *words], check=True)

    def commit(self, tag: str) -> None:
        """Commit everything, and tag it."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", tag)
        self.git("tag", tag)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def reports(self, base: str, head: str, *stacks: str) -> dict[str, Report]:
        """Return the reports by stack."""
        with side.opened(self.folder, base, head) as (before, after):
            return {each.stack: each for each in run.reports(before, after, stacks)}


def test_the_working_tree_is_compared_with_a_revision(tmp_path: Path) -> None:
    """What is not committed yet is told as well; stacks that did not change are left alone."""
    project = Project(tmp_path, code=False)
    project.edit("Pulumi.staging.yaml", "max_overflow: 5", "max_overflow: 4")
    found = project.reports("base", ".")
    assert [each.path for each in found["staging"].edits] == ["database.pool.max_overflow"]
    assert found["production"].is_empty
    assert found["development"].is_empty


def test_all_stacks_changed_are_read_by_two_interpreters_alike(tmp_path: Path) -> None:
    """The faster way, a second interpreter for the base, finds what the plain one finds."""
    project = Project(tmp_path, code=False)
    for stack in ("production", "staging", "development"):
        project.edit(f"Pulumi.{stack}.yaml", "log_level: ", "json_logs: true\n      log_level: ")
    project.edit("Pulumi.development.yaml", "      json_logs: false\n", "")
    together = project.reports("base", ".")
    alone = project.reports("base", ".", "development")
    assert alone["development"] == together["development"]
    assert alone["development"].settings


def test_a_stack_that_comes_or_goes_is_said_to(tmp_path: Path) -> None:
    """A stack file that only one side has is added or removed, and says what that means."""
    project = Project(tmp_path, code=False)
    file = project.folder / "Pulumi.staging.yaml"
    file.rename(project.folder / "Pulumi.second.yaml")
    found = project.reports("base", ".")
    assert found["second"].state == "added"
    assert found["second"].changes
    assert found["staging"].state == "removed"
    assert "plumb down staging" in found["staging"].consequences[0].text


def test_each_side_is_rendered_by_its_own_code(tmp_path: Path) -> None:
    """An edit of the program shows in the objects, though no stack file differs."""
    project = Project(tmp_path, code=True)
    project.edit("infra/disruption.py", '"AlwaysAllow"', '"IfHealthyBudget"')
    project.commit("other")
    found = project.reports("base", "other", "production")["production"]
    assert not found.edits
    changed = {change.identity for change in found.changes}
    assert changed == {
        "PodDisruptionBudget/bio-mcp-orchestrator-canary",
        "PodDisruptionBudget/bio-mcp-orchestrator-primary",
    }


def test_code_that_does_not_run_is_named(tmp_path: Path) -> None:
    """A side whose code fails says whose it is, with its last words."""
    project = Project(tmp_path, code=True)
    project.edit(
        "profiles/section.py", '"""What every', 'raise RuntimeError("broken")\n"""What every'
    )
    project.commit("other")
    with pytest.raises(run.DiffError, match=r"(?s)code of other.*failed.*broken"):
        project.reports("base", "other", "development")
