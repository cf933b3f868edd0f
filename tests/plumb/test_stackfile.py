"""plumb.stackfile: the CLI's JSON, byte for byte, and the line of everything that is wrong."""

import json
from pathlib import Path

import pytest

from plumb.stackfile import StackFile, json_text, read_stack
from profiles import ProfileError

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((Path(__file__).parent / "config_golden.json").read_text(encoding="utf-8"))
"""What the Pulumi CLI handed to a program for each text (docs/decisions/0003)."""


def stack(folder: Path, profile: str) -> StackFile:
    """Return the stack file of a profile's YAML text, indented by four spaces."""
    path = folder / "Pulumi.test.yaml"
    path.write_text(f"config:\n  plumbline:profile:\n{profile}", encoding="utf-8")
    return read_stack(path)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["name"]))
def test_a_text_gives_the_clis_json_or_is_refused(case: dict[str, str], tmp_path: Path) -> None:
    """What we accept, the CLI hands on as the very same bytes; the rest we refuse."""
    try:
        ours = stack(tmp_path, case["yaml"]).profile_json
    except ProfileError:
        return
    assert ours == case.get("json")


def test_most_plain_texts_are_accepted(tmp_path: Path) -> None:
    """The subset is not so small that the golden test compares nothing."""
    accepted = 0
    for case in GOLDEN:
        try:
            stack(tmp_path, case["yaml"])
            accepted += 1
        except ProfileError:
            continue
    assert accepted >= 50


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("    base: embedded\n    graph:\n      max_retrys: 3\n",
         "line 5: graph.max_retrys = 3: is not a field"),
        ("    base: embedded\n    graph:\n      max_retries: '3'\n",
         "line 5: graph.max_retries = \"3\": input should be a valid integer"),
        ("    base: embedded\n    graph:\n      max_retries: 99\n",
         "line 5: graph.max_retries = 99: input should be less than or equal to 10"),
        ("    base: embedded\n    graph:\n      max_retries: .nan\n",
         "line 5: graph.max_retries = \".nan\": is not a finite number"),
        ("    base: embedded\n    graph:\n      max_retries: 3\n      max_retries: 4\n",
         "line 6: graph.max_retries = \"max_retries\": stands twice"),
        ("    base: embedded\n    workload:\n      version: 2026-11-20\n",
         "line 5: workload.version = \"2026-11-20\": may be a number, a date or a text"),
        ("    base: embedded\n    graph: &a\n      max_retries: 3\n", "line 4: profile: uses anch"),
        ("    base: !!str embedded\n", "line 3: profile: uses tags"),
        ("    base: embedded\n    graph:\n      <<: {max_retries: 3}\n", "line 5: graph"),
        ("    base: embedded\n   graph:\n", "is not YAML"),
        ("    base: embedded\n    graph:\n      max_budget_ms: 100\n",
         "line 4: graph: node_timeout_ms 3000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(profile: str, said: str, tmp_path: Path) -> None:
    """A typo, a bad type or range, NaN, a duplicate key, a date: each has path, value and line."""
    with pytest.raises(ProfileError) as caught:
        stack(tmp_path, profile).load()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "config: 3\n", "other: 1\n", "config:\n  a: 1\n", "config:\n", "- 1\n", "\t"]
)
def test_a_file_without_a_profile_is_refused(text: str, tmp_path: Path) -> None:
    """Whatever else stands there, the answer is an error and not a crash."""
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(text)
    with pytest.raises(ProfileError):
        read_stack(path)


@pytest.mark.parametrize("name", ["production", "staging", "development"])
def test_a_real_stack_file_loads_and_knows_its_lines(name: str) -> None:
    """Each stack of the project is read offline, and its lines are the file's."""
    path = ROOT / f"Pulumi.{name}.yaml"
    read = read_stack(path)
    assert read.load().workload.environment == name
    line = read.line_of("workload.environment")
    assert line is not None
    assert path.read_text().splitlines()[line - 1].strip() == f"environment: {name}"


def test_a_value_that_is_not_stated_has_the_line_of_its_section(tmp_path: Path) -> None:
    """An error about a default points to the nearest place that someone can edit."""
    read = stack(tmp_path, "    base: embedded\n    graph:\n      max_retries: 3\n")
    assert read.line_of("graph.node_timeout_ms") == read.line_of("graph") == 4


def test_json_is_escaped_and_sorted_as_go_does() -> None:
    """The bytes are those of Go's encoder, so that hashes agree too."""
    assert (
        json_text({"b": "<&>", "a": [1.5, None]}) == '{"a":[1.5,null],"b":"\\u003c\\u0026\\u003e"}'
    )
