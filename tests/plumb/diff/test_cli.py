"""The command diff, as a person or a gate calls it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plumb.cli import app
from plumb.diff.markdown import MARKER
from tests.plumb.diff.goldens import stated_over
from tests.profiles.build import nested

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def plumb(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return production's stack file before an edit."""
    (tmp_path / "base").mkdir()
    return stated_over("production", {}, tmp_path / "base")


def test_no_change_is_one_line_and_zero(base: Path) -> None:
    """A gate passes, and a person reads a line."""
    result = plumb(base, base)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "✓ production: no change"


def test_a_broken_rule_fails_with_its_place_and_fix(base: Path, tmp_path: Path) -> None:
    """CFG-12: an edit that breaks a rule ends with 1, though everything else is told as well."""
    edited = stated_over("production", nested("database.pool.size", 10), tmp_path)
    result = plumb(base, edited)
    assert result.exit_code == 1
    assert "PL001 error broken" in result.output
    assert "278 > 200 database.server.max_connections" in " ".join(result.output.split())
    line = next(
        n for n, text in enumerate(edited.read_text().splitlines(), 1) if "size: 10" in text
    )
    # A long folder's name is folded, wherever in it the hundredth column is.
    assert f"{edited.name}:{line}" in "".join(result.output.split())
    assert "~ update  ConfigMap/bio-mcp-orchestrator-thresholds" in result.output
    assert max(map(len, result.output.splitlines())) <= 100


@pytest.mark.parametrize(
    ("levels", "code"),
    [((), 0), (("data",), 0), (("rolls",), 4), (("data", "rolls"), 4), (("broken",), 0)],
)
def test_a_gate_names_what_it_stops(
    base: Path, tmp_path: Path, levels: tuple[str, ...], code: int
) -> None:
    """--fail-on ends with 4 when such a consequence is there, and with 0 when only others are."""
    edited = stated_over("production", nested("graph.node_timeout_ms", 3500), tmp_path)
    options = [word for level in levels for word in ("--fail-on", level)]
    assert plumb(base, edited, *options).exit_code == code


def test_a_file_that_cannot_be_used_exits_with_two(base: Path, tmp_path: Path) -> None:
    """Bad input names its side, line, path and value."""
    edited = stated_over("production", {"speed": 9}, tmp_path)
    result = plumb(base, edited)
    assert result.exit_code == 2
    assert "speed = 9: is not a field" in result.output


def test_json_and_markdown_have_what_a_person_sees(base: Path, tmp_path: Path) -> None:
    """Programs read consequences, numbers, settings, rules and objects, with their places."""
    edited = stated_over("production", nested("scaling.max_replicas", 12), tmp_path)
    (stack,) = json.loads(plumb(base, edited, "--json").output)["stacks"]
    assert stack["edits"][0]["path"] == "scaling.max_replicas"
    assert {each["level"] for each in stack["consequences"]} >= {"rolls"}
    assert stack["derived"][0]["standing"] == "over"
    assert [each["rule"] for each in stack["rules"]].count("PL001") == 1
    assert {each["kind"] for each in stack["objects"]["changes"]} >= {"HorizontalPodAutoscaler"}
    assert plumb(base, edited, "--markdown").output.startswith(f"{MARKER}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-branch",), "git knows no revision 'no-such-branch'"),
        (("HEAD", "production"), "'production' is a stack, not a revision"),
        (("HEAD", "HEAD", "prodution"), "no stack 'prodution' on either side"),
        (("a.yaml", "HEAD"), "compare two files, or two revisions"),
    ],
)
def test_a_wrong_word_is_named_with_the_right_one(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error, or a word in the wrong place, says what could have been meant; exit 2."""
    monkeypatch.chdir(ROOT)
    result = plumb(*arguments)
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")
