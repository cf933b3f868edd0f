"""plumb.check.beside: the other stack files of a folder are looked at, whichever one is checked."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from plumb.cli import app
from tests.plumb.broken import overriding, stack_copy
from tests.profiles.build import nested

SAME = nested("cluster.namespace", "shared")
APART = nested("cluster.namespace", "production")


def run(*arguments: object) -> str:
    """Return what a command prints; it must end well, since a warning fails nothing."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_shared_namespace_names_both_files_and_lines(tmp_path: Path) -> None:
    """PL040: one stack alone is checked, and the report leads to the line of each."""
    stack_copy(tmp_path, SAME, stack="staging")
    path = stack_copy(tmp_path, SAME)
    text = re.sub(r"\s+", " ", run("check", path))
    assert "PL040 warning" in text
    assert re.search(r"where Pulumi\.production\.yaml:\d+ cluster\.namespace", text)
    assert re.search(r"shared is also that of staging \(Pulumi\.staging\.yaml:\d+\)", text)
    stack_copy(tmp_path, APART)
    assert "PL040" not in run("check", path)


def test_programs_and_code_hosts_read_the_same(tmp_path: Path) -> None:
    """PL040 of two stacks is in each one's JSON, and in the SARIF at each one's line."""
    paths = [stack_copy(tmp_path, SAME, stack=stack) for stack in ("staging", "production")]
    found = [report["findings"][0] for report in json.loads(run("check", *paths, "--json"))]
    results = json.loads(run("check", *paths, "--sarif"))["runs"][0]["results"]
    assert [each["rule"] for each in found] == [each["ruleId"] for each in results]
    for each, result in zip(found, results, strict=True):
        (place,) = (location["physicalLocation"] for location in result["locations"])
        assert place["region"]["startLine"] == each["line"]
        assert each["arithmetic"] in result["message"]["text"]


def test_a_reason_allows_it_and_an_unneeded_one_is_told(tmp_path: Path) -> None:
    """CFG-12: an override of PL040 is in force here too, and unused once they are apart."""
    stack_copy(tmp_path, SAME, stack="staging")
    path = stack_copy(tmp_path, SAME, overriding("PL040"))
    assert "PL040 overridden" in run("check", path)
    stack_copy(tmp_path, APART, overriding("PL040"))
    assert "unused: the rule holds" in run("check", path)


def test_a_wrong_file_beside_it_is_left_to_its_own_check(tmp_path: Path) -> None:
    """A stack is not refused for another's typing error."""
    (tmp_path / "Pulumi.trial.yaml").write_text("config: [", encoding="utf-8")
    assert "all" in run("check", stack_copy(tmp_path))


def test_explain_shows_what_is_compared_with_the_others(tmp_path: Path) -> None:
    """Plumb explain PL040: also where it holds."""
    stack_copy(tmp_path, SAME, stack="staging")
    text = re.sub(r"\s+", " ", run("explain", "PL040", stack_copy(tmp_path, APART)))
    assert "cluster.namespace production is not that of the other stack" in text
