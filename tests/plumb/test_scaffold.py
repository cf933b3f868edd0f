"""`plumb new`: a stack file that loads, holds every rule, and explains itself."""

from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumb.cli import app
from plumb.errors import ProjectError
from plumb.scaffold import new_stack
from plumb.stackfile import read_stack
from profiles.named import NAMED
from profiles.profile import Profile
from profiles.rules import check
from tests.stacks import ROOT, STACKS


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project's folder with the shipped stacks, the working folder of the test."""
    for name in ("Pulumi.yaml", *(f"Pulumi.{stack}.yaml" for stack in STACKS)):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("base", NAMED)
def test_a_new_stack_holds_every_rule_over_any_named_profile(base: str, root: Path) -> None:
    """Even over values that break rules by themselves: what mends them is stated."""
    file = new_stack(root, "fresh", base, None)
    assert check(file.load()) == ()
    assert file == read_stack(root / "Pulumi.fresh.yaml")


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_like_another_differs_in_its_names_alone(stack: str, root: Path) -> None:
    """All that the other states is stated; namespace, environment and project are its own."""
    own = new_stack(root, "fresh", None, stack).load()
    model = read_stack(root / f"Pulumi.{stack}.yaml").load()
    assert check(own) == ()
    assert own.cluster.namespace == "bio-mcp-fresh"
    assert own.workload.environment == "fresh"
    sections = [field.name for field in fields(Profile)]
    differing = {name for name in sections if getattr(own, name) != getattr(model, name)}
    assert differing == {"cluster", "workload", "observability"}


def test_every_value_has_its_meaning_above_it(root: Path) -> None:
    """The file can be read without the documentation, within 100 columns."""
    new_stack(root, "fresh", None, None)
    lines = (root / "Pulumi.fresh.yaml").read_text().splitlines()
    assert max(map(len, lines)) <= 100
    start = lines.index("    base: recommended") + 1
    keys = [
        index for index in range(start, len(lines)) if not lines[index].lstrip().startswith("#")
    ]
    assert all(lines[index - 1].lstrip().startswith("# ") for index in keys)
    assert any("(integer from" in line for line in lines)


@pytest.mark.parametrize("name", ["Prod", "a_b", "-a", "a.b", "", "a" * 50, "../x"])
def test_a_name_that_no_namespace_can_have_is_refused(name: str, root: Path) -> None:
    """Nothing is written for it."""
    before = sorted(root.iterdir())
    with pytest.raises(ProjectError, match="lower-case"):
        new_stack(root, name, None, None)
    assert sorted(root.iterdir()) == before


def test_a_file_that_is_there_is_never_touched(root: Path) -> None:
    """The command refuses a name that is taken, and exits with 2."""
    before = (root / "Pulumi.staging.yaml").read_bytes()
    result = CliRunner().invoke(app, ["new", "staging"])
    assert result.exit_code == 2
    assert (root / "Pulumi.staging.yaml").read_bytes() == before


def test_a_wrong_stack_file_beside_it_stops_no_new_one(root: Path) -> None:
    """What is wrong with another file is for that one's own check to say."""
    (root / "Pulumi.broken.yaml").write_text("config: {plumbline:profile: {base: nothing}}\n")
    assert new_stack(root, "fresh", None, None).stack == "fresh"


def test_a_namespace_that_another_stack_has_is_refused(root: Path) -> None:
    """The error names the stack that has it."""
    other = (root / "Pulumi.staging.yaml").read_text()
    held = other.replace("namespace: bio-mcp-staging", "namespace: bio-mcp-fresh")
    (root / "Pulumi.staging.yaml").write_text(held)
    with pytest.raises(ProjectError, match="is the stack staging's; take another name"):
        new_stack(root, "fresh", None, None)
