"""`plumb edit`, as a person or a program calls it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumb.cli import app
from tests.stacks import ROOT

pytestmark = pytest.mark.slow  # each edit renders the stack twice


def edit(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["edit", *arguments])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of production's stack file."""
    path = tmp_path / "Pulumi.production.yaml"
    path.write_bytes((ROOT / path.name).read_bytes())
    return path


def test_an_edit_is_written_and_its_consequences_shown(copy: Path) -> None:
    """What `plumb diff` says of an edit stands below it: rolls, numbers, settings, objects."""
    result = edit(str(copy), "scaling.max_replicas", "9", "graph.max_retries", "2")
    assert result.exit_code == 0, result.output
    assert "scaling.max_replicas: 10 → 9" in result.output
    assert re.search(r"database connections at most +194 +176 +200", result.output)
    assert "Restarts and rolls" in result.output
    assert "spec.maxReplicas: 10 → 9" in result.output
    assert "graph.max_retries" in result.output
    assert "max_replicas: 9" in copy.read_text()
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_an_edit_made_twice_writes_once(copy: Path) -> None:
    """Idempotent: the second time there is nothing to write, and the exit code is the same."""
    edit(str(copy), "scaling.max_replicas", "9")
    before = copy.read_bytes()
    result = edit(str(copy), "scaling.max_replicas", "9")
    assert result.exit_code == 0
    assert "nothing to write" in result.output
    assert copy.read_bytes() == before


def test_an_edit_that_breaks_a_rule_is_not_written(copy: Path) -> None:
    """CFG-12: the rule's numbers and fix are shown, the exit code is 1, the file is as it was."""
    before = copy.read_bytes()
    result = edit(str(copy), "database.pool.size", "7")
    assert result.exit_code == 1
    assert "PL001 error" in result.output
    assert "fix" in result.output
    assert copy.read_bytes() == before


def test_force_writes_though_a_rule_breaks_and_says_so(copy: Path) -> None:
    """Somebody may need the broken file; the exit code still tells."""
    result = edit(str(copy), "database.pool.size", "7", "--force")
    assert result.exit_code == 1
    assert "size: 7" in copy.read_text()


def test_a_rule_that_was_broken_before_stops_no_edit(copy: Path) -> None:
    """Only what the edit itself breaks counts, so a broken file can be mended step by step."""
    edit(str(copy), "database.pool.size", "7", "--force")
    result = edit(str(copy), "graph.max_retries", "2")
    assert result.exit_code == 0, result.output
    mended = edit(str(copy), "--unset", "database.pool.size", "--json")
    assert json.loads(mended.output)["mended"] == ["PL001"]


def test_check_writes_nothing(copy: Path) -> None:
    """A program can ask what would follow."""
    before = copy.read_bytes()
    result = edit(str(copy), "scaling.max_replicas", "9", "--check", "--json")
    report = json.loads(result.output)
    assert report["written"] is False
    assert report["fields"][0]["before"] == 10
    assert report["fields"][0]["after"] == 9
    assert report["blocking"] == []
    assert {each["level"] for each in report["diff"]["consequences"]} >= {"rolls"}
    assert copy.read_bytes() == before


def test_a_file_that_cannot_be_loaded_is_mended_by_an_edit(copy: Path) -> None:
    """There is no diff from what nobody can read; the field and its new value are shown."""
    copy.write_text(copy.read_text().replace("max_replicas: 10", "max_replicas: 1"))
    result = edit(str(copy), "scaling.max_replicas", "10")
    assert result.exit_code == 0, result.output
    assert "scaling.max_replicas: null → 10 (line" in result.output
    assert json.loads(edit(str(copy), "scaling.max_replicas", "9", "--json").output)["diff"]


def test_an_edit_that_cannot_load_exits_with_two(copy: Path) -> None:
    """Bad input is another exit code than a broken rule."""
    before = copy.read_bytes()
    assert edit(str(copy), "graph.max_retries", "11").exit_code == 2
    assert edit(str(copy), "graph.retries", "1").exit_code == 2
    assert copy.read_bytes() == before


def test_the_report_fits_a_hundred_columns(copy: Path) -> None:
    """No line is broken in the middle of a name."""
    result = edit(str(copy), "database.pool.size", "7", "--check")
    assert max(len(line) for line in result.output.splitlines()) <= 100


def test_what_another_stack_makes_of_an_edit_is_shown(copy: Path) -> None:
    """PL040: the diff of one stack knows no other; the report below it does."""
    other = copy.with_name("Pulumi.staging.yaml")
    other.write_bytes((ROOT / other.name).read_bytes())
    words = ("cluster.namespace", "bio-mcp-staging", "--check")
    assert "PL040 warning" in edit(str(copy), *words).output
    report = json.loads(edit(str(copy), *words, "--json").output)
    assert [finding["rule"] for finding in report["broken"]] == ["PL040"]
