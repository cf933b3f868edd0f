"""plumb.check.sarif: a file that code hosts take, whose results stay the same when lines move."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sarif_pydantic import Sarif
from typer.testing import CliRunner

from plumb.cli import app
from profiles.rules import RULES
from profiles.rules.objects import OBJECT_RULES
from tests.plumb.broken import broken_copy, overriding
from tests.profiles.breaks import BREAKS
from tests.stacks import ROOT

LEVELS = {rule.id: rule.severity for rule in RULES}


def sarif(*paths: Path) -> dict[str, Any]:
    """Return the one run of `plumb check --sarif`, read by the format's own classes first."""
    text = CliRunner().invoke(app, ["check", "--sarif", *map(str, paths)]).output
    assert Sarif.model_validate_json(text).version == "2.1.0"
    (run,) = json.loads(text)["runs"]
    assert isinstance(run, dict)
    return run


def repository(folder: Path) -> Path:
    """Make a folder a repository with its stack files in a folder of its own."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / "deploy").mkdir()
    return folder / "deploy"


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_a_result_at_its_line(rule: str, tmp_path: Path) -> None:
    """CFG-12: id, level, numbers and fix, at the line below the repository's root."""
    path = broken_copy(repository(tmp_path), rule)
    run = sarif(path)
    (result,) = run["results"]
    (place,) = (each["physicalLocation"] for each in result["locations"])
    assert (result["ruleId"], result["level"]) == (rule, LEVELS[rule])
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == rule
    assert result["message"]["text"].startswith(f"{BREAKS[rule][1]}. Fix: ")
    assert place["artifactLocation"]["uri"] == "deploy/Pulumi.production.yaml"
    assert 1 <= place["region"]["startLine"] <= len(path.read_text().splitlines())
    assert "suppressions" not in result


def test_every_rule_is_described_for_who_has_never_met_it() -> None:
    """Each has a title, a reason, help with the source, and a level; none leads elsewhere."""
    rules = sarif(ROOT / "Pulumi.production.yaml")["tool"]["driver"]["rules"]
    every = (*RULES, *OBJECT_RULES)
    assert [rule["id"] for rule in rules] == [rule.id for rule in every]
    for told, rule in zip(rules, every, strict=True):
        assert told["shortDescription"]["text"] == rule.title
        assert rule.source in told["help"]["text"]
        assert rule.incident.rstrip(".") in told["help"]["text"]
        assert told["defaultConfiguration"]["level"] == rule.severity
        assert "helpUri" not in told


def test_a_result_is_the_same_when_lines_move(tmp_path: Path) -> None:
    """A comment above, or another number, is no new alert; another rule is one."""
    path = broken_copy(tmp_path, "PL015")
    (before,) = sarif(path)["results"]
    path.write_text("# moved\n# moved\n" + path.read_text())
    (after,) = sarif(path)["results"]
    assert after["locations"] != before["locations"]
    assert after["partialFingerprints"] == before["partialFingerprints"]
    (other,) = sarif(broken_copy(tmp_path, "PL020"))["results"]
    assert other["partialFingerprints"] != before["partialFingerprints"]


def test_an_overridden_rule_is_suppressed_with_its_justification(tmp_path: Path) -> None:
    """A code host shows it closed, with the reason."""
    (result,) = sarif(broken_copy(tmp_path, "PL015", overriding("PL015", "2999-12-31")))["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "until 2999-12-31: the old cluster cannot do it"


def test_an_idle_override_is_a_note_at_its_line(tmp_path: Path) -> None:
    """What has expired or allows nothing is told where it stands."""
    path = broken_copy(tmp_path, "PL041", overriding("PL015"))
    note = next(each for each in sarif(path)["results"] if each["level"] == "note")
    line = path.read_text().splitlines().index("    overrides:") + 2
    assert note["locations"][0]["physicalLocation"]["region"]["startLine"] == line
    assert "unused" in note["message"]["text"]
