"""plumb check: what a person and a program read about a stack that breaks a rule."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from plumb import check as checking
from plumb.check.report import today
from plumb.cli import app
from plumb.stackfile import read_stack
from profiles.rules import RULES
from tests.plumb.broken import broken_copy, overriding, stack_copy
from tests.profiles.breaks import BREAKS
from tests.profiles.build import nested
from tests.stacks import ROOT

WIDTH = 100
SEVERITY = {rule.id: rule.severity for rule in RULES}


def check(*arguments: object) -> Result:
    """Run `plumb check` in this process."""
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def printed(report: checking.Report) -> str:
    """Return the report as a terminal of 100 columns without colour shows it."""
    console = Console(file=StringIO(), width=WIDTH, highlight=False)
    checking.print_report(console, report)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def flat(text: str) -> str:
    """Return a report's text as if it were one line."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("rule", BREAKS)
def test_a_stack_file_that_breaks_a_rule_alone_is_reported(rule: str, tmp_path: Path) -> None:
    """CFG-12: one rule, the file's line, the numbers and the fix, within 100 columns."""
    report = checking.report(read_stack(broken_copy(tmp_path, rule)))
    (found,) = checking.as_json(report)["findings"]
    text = printed(report)
    assert bool(report.blocking) == (SEVERITY[rule] == "error")
    mark = "✗" if report.blocking else "!"
    assert text.startswith(f"{mark} production: 1 of {len(RULES)} rules broken")
    place = f"Pulumi.production.yaml:{found['line']} {found['field']}"
    assert f"{rule} {SEVERITY[rule]} {found['title']} where {place}" in flat(text)
    assert all(flat(found[row]) in flat(text) for row in ("arithmetic", "reason", "source", "fix"))
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize(("rule", "exit_code"), [("PL015", 1), ("PL048", 0)])
def test_only_an_error_fails_the_command(rule: str, exit_code: int, tmp_path: Path) -> None:
    """Exit code 1 for an error, 0 for a warning, which is shown all the same."""
    result = check(broken_copy(tmp_path, rule))
    assert result.exit_code == exit_code
    assert f"{rule} {SEVERITY[rule]}" in result.output


def test_a_value_that_is_stated_has_its_own_line(tmp_path: Path) -> None:
    """The line in the report is the one to edit."""
    path = broken_copy(tmp_path, "PL041")
    (found,) = json.loads(check(path, "--json").output)[0]["findings"]
    assert path.read_text().splitlines()[found["line"] - 1].strip().startswith("limiter: pod")
    assert found["from"] is None


def test_a_value_that_is_not_stated_names_the_profile_it_comes_from(tmp_path: Path) -> None:
    """The nearest stated section has the line, and the report says that the value is not there."""
    path = stack_copy(tmp_path, nested("addons.prometheus.scrape_interval_seconds", 30))
    line = path.read_text().splitlines().index("      analysis:") + 1
    place = "rollout.analysis.metric_interval_seconds (not stated; from `recommended`)"
    assert f"where {path.name}:{line} {place}" in flat(check(path).output)


def test_an_overridden_rule_is_reported_and_lets_the_stack_pass(tmp_path: Path) -> None:
    """CFG-12: exit code 0, and reason and day are in the report and its JSON."""
    path = broken_copy(tmp_path, "PL015", overriding("PL015", "2999-12-31"))
    result, said = check(path), flat(check(path).output)
    assert result.exit_code == 0
    assert "1 broken with a reason" in said
    assert "allowed until 2999-12-31: the old cluster cannot do it" in said
    assert "0 errors, 0 warnings, 1 overridden" in said
    (found,) = json.loads(check(path, "--json").output)[0]["findings"]
    assert found["override"] == {"reason": "the old cluster cannot do it", "until": "2999-12-31"}
    assert found["level"] == "overridden"


def test_an_expired_override_is_told_with_its_line(tmp_path: Path) -> None:
    """The rule counts again, and the report says since when."""
    path = broken_copy(tmp_path, "PL015", overriding("PL015", "2020-02-29"))
    result = check(path)
    line = path.read_text().splitlines().index("    overrides:") + 2
    assert result.exit_code == 1
    assert "PL015 override expired on 2020-02-29, and counts no longer" in flat(result.output)
    assert f"where {path.name}:{line} overrides.0" in flat(result.output)
    assert str(today()) > "2020-02-29"


def test_an_unquoted_day_is_refused_with_its_line(tmp_path: Path) -> None:
    """YAML would make a time of it, and Pulumi another text than ours."""
    path = broken_copy(tmp_path, "PL015", overriding("PL015", "2999-12-31"))
    path.write_text(path.read_text().replace("'2999-12-31'", "2999-12-31"))
    result = check(path)
    assert result.exit_code == 2
    assert "may be a number, a date or a text" in flat(result.output)


def test_the_readmes_report_is_what_check_prints(tmp_path: Path) -> None:
    """A newcomer who repeats the readme's edit sees the readme's report."""
    path = stack_copy(tmp_path, nested("upstreams.limiter", "pod"))
    printed = CliRunner().invoke(app, ["check", str(path)]).output
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    assert [line for line in lines if line not in readme] == []
    assert any(line.startswith("fix ") for line in lines)
