"""plumb explain: why a rule is there, and its numbers for each stack."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumb.cli import app
from plumb.explain import rules
from profiles.rules import RULES
from tests.plumb.broken import broken_copy, overriding
from tests.profiles.breaks import BREAKS
from tests.stacks import ROOT, STACKS

WIDTH = 100


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def explain(*arguments: object) -> Result:
    """Run `plumb explain` in this process."""
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def flat(text: str) -> str:
    """Return a text as if it were one line."""
    return re.sub(r"\s+", " ", text)


def test_all_rules_are_listed_a_line_each() -> None:
    """Without a rule there is one line for each, with its severity, within 100 columns."""
    lines = explain().output.splitlines()
    assert [line.split()[:2] for line in lines[: len(rules())]] == [
        [rule.id, rule.severity] for rule in rules()
    ]
    assert max(map(len, lines)) <= WIDTH
    listed = json.loads(explain("--json").output)
    assert {rule["id"]: rule["title"] for rule in listed}.items() >= {
        rule.id: rule.title for rule in RULES
    }.items()


def test_a_rule_is_explained_for_every_stack_of_the_project() -> None:
    """CFG-12: reason, source, incident, fields and numbers, in whatever case the id is written."""
    result = explain("pl001")
    (rule,) = (rule for rule in RULES if rule.id == "PL001")
    said = flat(result.output)
    assert result.exit_code == 0
    assert all(flat(text) in said for text in (rule.reason, rule.source, rule.incident))
    assert "= 194 <= 200 database.server.max_connections" in said
    assert "database.pool.max_overflow" in said
    assert "development - has none of what the rule is about" in said
    assert set(STACKS) <= set(said.split())


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_shows_what_breaks_it(rule: str, tmp_path: Path) -> None:
    """The comparison that fails is among those shown, with its mark and its numbers."""
    path = broken_copy(tmp_path, rule)
    result = explain(rule, path)
    (found,) = (rule_ for rule_ in json.loads(explain(rule, path, "--json").output)["stacks"])
    failed = [each["arithmetic"] for each in found["computed"] if not each["holds"]]
    assert failed == [BREAKS[rule][1]]
    assert f"✗ {flat(failed[0])}" in flat(result.output)
    assert max(map(len, result.output.splitlines())) <= WIDTH


def test_an_override_in_force_is_shown_and_an_expired_one_is_not(tmp_path: Path) -> None:
    """Who asks about a rule learns that the stack may break it, why, and until when."""
    path = broken_copy(tmp_path, "PL015", overriding("PL015", "2999-12-31"))
    allowed = "! may be broken until 2999-12-31: the old cluster cannot do it"
    assert allowed in flat(explain("PL015", path).output)
    path = broken_copy(tmp_path, "PL015", overriding("PL015", "2020-12-31"))
    assert "may be broken" not in explain("PL015", path).output


def test_an_unknown_rule_names_those_near_it() -> None:
    """A typing error shows what could have been meant, and exits as bad input does."""
    result = explain("PL0011")
    assert result.exit_code == 2
    assert re.search(r"no rule 'PL0011'; near it are .*PL001", flat(result.output))
