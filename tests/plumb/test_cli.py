"""The commands check and show, as a person or a program calls them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumb.cli import app
from profiles.rules import RULES
from tests.plumb.broken import broken_copy

ROOT = Path(__file__).parents[2]


def plumb(*arguments: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_shipped_stacks_pass_every_rule() -> None:
    """All three stacks hold all rules, without an override."""
    result = plumb("check", "production", "staging", "development")
    assert result.exit_code == 0, result.output
    assert result.output.count(f"all {len(RULES)} rules hold") == 3


def test_the_report_for_programs_has_numbers_and_edit(tmp_path: Path) -> None:
    """The JSON has everything that the report for people has."""
    result = plumb("check", str(broken_copy(tmp_path, "PL015")), "--json")
    assert result.exit_code == 1
    (report,) = json.loads(result.output)
    (finding,) = report["findings"]
    assert finding["numbers"]["workload.termination_grace_seconds"] == 30
    assert finding["edit"] == {"workload.termination_grace_seconds": 45}
    assert finding["line"]


def test_a_file_that_cannot_be_used_exits_with_two(tmp_path: Path) -> None:
    """Bad input is another exit code than a broken rule, and names line, path and value."""
    path = tmp_path / "Pulumi.x.yaml"
    path.write_text("config:\n  plumbline:profile:\n    base: embedded\n    speed: 9\n")
    result = plumb("check", str(path))
    assert result.exit_code == 2
    assert "line 4: speed = 9: is not a field" in result.output


def test_an_unknown_stack_names_the_ones_there_are() -> None:
    """A typing error in the stack's name shows what could have been meant."""
    result = plumb("check", "prodution")
    assert result.exit_code == 2
    assert "development, production, staging" in result.output.replace("\n", " ")


def test_show_tells_where_every_value_comes_from() -> None:
    """CFG-01: each effective value has the line of the stack file, or the profile it comes from."""
    shown = json.loads(plumb("show", "staging", "--json").output)
    origins = {value["path"]: value["origin"] for value in shown["values"]}
    lines = (ROOT / "Pulumi.staging.yaml").read_text().splitlines()
    line = int(origins["database.pool.size"].removeprefix("line "))
    assert lines[line - 1].strip() == "size: 5"
    assert origins["graph.max_retries"] == "recommended"
    assert json.loads(plumb("show", "development", "--json").output)["values"][0]["origin"]


def test_show_names_the_base_that_a_value_comes_from() -> None:
    """A value of the embedded profile is not reported as a recommended one."""
    shown = json.loads(plumb("show", "development", "--json").output)
    origins = {value["path"]: value["origin"] for value in shown["values"]}
    assert origins["database.pool.size"] == "embedded"
    assert origins["graph.max_retries"] == "recommended"


def test_show_derives_with_the_arithmetic() -> None:
    """A derived number comes with the numbers it was computed from."""
    text = plumb("show", "production", "--derived").output.replace("\n", " ")
    assert "194 of 200" in text
    assert "10 primary + 10 canary + 1 surge" in text


def test_show_fits_a_terminal_of_a_hundred_columns() -> None:
    """What a person sees is not broken in the middle of a name."""
    assert max(len(line) for line in plumb("show", "production").output.splitlines()) <= 100
