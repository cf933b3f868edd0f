"""plumb.show and plumb.consequence: what a stack comes to, for a person and for a program."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumb.cli import app
from plumb.consequence import shown
from plumb.project import find_stack
from profiles.derive import all_derived

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden" / "show_production_derived.txt"


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def show(*arguments: str) -> str:
    """Return what `plumb show` prints."""
    result = CliRunner().invoke(app, ["show", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_what_production_comes_to_reads_as_reviewed() -> None:
    """The numbers of production with their limits and arithmetic, as a person was shown them.

    A line that differs is a consequence of the edit under test: look at it, then write the file
    anew with `plumb show production --derived`, down to the thresholds.
    """
    numbers = show("production", "--derived").partition("\nheld to")[0]
    assert [line.rstrip() for line in numbers.splitlines()] == GOLDEN.read_text().splitlines()


def test_a_program_reads_every_number_as_it_is_computed() -> None:
    """JSON has values, numbers with limits, and thresholds with readers, none of them rounded."""
    found = json.loads(show("production", "--json"))
    profile = find_stack("production").load()
    assert found["derived"] == json.loads(json.dumps([asdict(one) for one in all_derived(profile)]))
    values = {value["path"]: value for value in found["values"]}
    grace = values["workload.termination_grace_seconds"]
    assert (grace["value"], grace["origin"]) == (45, "derived")
    assert grace["arithmetic"].endswith("= 45 s")
    assert all(threshold["readers"] for threshold in found["thresholds"])


def test_a_number_is_short_but_never_another() -> None:
    """Whole where it is whole or large, three digits below a thousand."""
    assert [shown(value) for value in (194.0, 0.2777, 999.6, 90_368.4)] == [
        "194",
        "0.278",
        "1000",
        "90368",
    ]
