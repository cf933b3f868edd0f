"""plumb.edit: one value moves, and every other byte of the stack file stays."""

import json
from difflib import SequenceMatcher
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumb.edit import changes_of, edited, stated, unstated
from plumb.edit.change import UNSET, Change
from plumb.errors import ProjectError
from plumb.stackfile import parse_stack, read_stack
from profiles.load import ProfileError, dump_profile, parse
from tests.reference.context import leaves
from tests.stacks import ROOT, STACKS
from tests.strategies import profiles_json

PATH = Path("Pulumi.test.yaml")
HEAD = "# top\nconfig:\n  aws:region: x # theirs\n  plumbline:profile:\n    base: embedded\n"


def values(text: str) -> dict[str, Any]:
    """Return what a text states."""
    return parse(parse_stack(text, PATH).profile_json)


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("    graph:\n      max_retries: 3 # why\n", "graph.max_retries", 4,
         "    graph:\n      max_retries: 4 # why\n"),
        ("    graph: {max_retries: 3, debug_mode: true} # why\n", "graph.max_retries", 4,
         "    graph: {max_retries: 4, debug_mode: true} # why\n"),
        ("    graph: {max_retries: 3} # why\n", "graph.debug_mode", True,
         "    graph: {max_retries: 3, debug_mode: true} # why\n"),
        ("    graph: {}\n", "graph.debug_mode", True, "    graph: {debug_mode: true}\n"),
        ("    scaling: # why\n      # more\n      min_replicas: 3\n    tuning: {}\n", "scaling",
         None, "    scaling: null # why\n    tuning: {}\n"),
        ("    scaling: null # why\n    tuning: {}\n", "scaling.min_replicas", 2,
         "    scaling: # why\n      min_replicas: 2\n    tuning: {}\n"),
        ("    api: {}\n    # of tuning\n    tuning: {}\n", "graph.max_retries", 1,
         "    api: {}\n    graph:\n      max_retries: 1\n    # of tuning\n    tuning: {}\n"),
        ("    graph:\n      # of debug\n      debug_mode: true", "graph.max_retries", 1,
         "    graph:\n      max_retries: 1\n      # of debug\n      debug_mode: true"),
        ("    graph:\n      max_retries: 1", "graph.debug_mode", True,
         "    graph:\n      max_retries: 1\n      debug_mode: true\n"),
        ("    network:\n      store_cidrs:\n      - 10.0.0.0/8 # a\n      - 172.16.0.0/12\n",
         "network.store_cidrs", [], "    network:\n      store_cidrs: []\n"),
        ("    observability:\n      langsmith_project: 'a b' # c\n",
         "observability.langsmith_project", "it's: #1",
         '    observability:\n      langsmith_project: "it\'s: #1" # c\n'),
        ("    cluster:\n      access: []\n", "cluster.access", [{"group": "a:b", "role": "view"}],
         "    cluster:\n      access: [{group: a:b, role: view}]\n"),
    ],
)  # fmt: skip
def test_a_value_is_stated_in_its_own_line(before: str, path: str, value: Any, after: str) -> None:
    """Comments, quotes, brackets and order stay; a new key goes where its section has it."""
    assert stated(HEAD + before, path, value) == HEAD + after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("    graph:\n      max_retries: 3 # why\n      debug_mode: true\n", "graph.max_retries",
         "    graph:\n      debug_mode: true\n"),
        ("    api: {}\n    graph:\n      max_retries: 3\n", "graph.max_retries", "    api: {}\n"),
        ("    graph: {max_retries: 3, debug_mode: true}\n", "graph.max_retries",
         "    graph: {debug_mode: true}\n"),
        ("    graph: {max_retries: 3, debug_mode: true}\n", "graph.debug_mode",
         "    graph: {max_retries: 3}\n"),
        ("    graph:\n      max_retries: 3\n", "graph.debug_mode",
         "    graph:\n      max_retries: 3\n"),
    ],
)  # fmt: skip
def test_a_statement_is_taken_back(before: str, path: str, after: str) -> None:
    """What is unset goes with its line, and with the section that it leaves empty."""
    assert unstated(HEAD + before, path) == HEAD + after


@pytest.mark.slow
@given(st.sampled_from(STACKS), profiles_json(), st.data())
@settings(max_examples=30)
def test_any_edit_of_a_leaf_gives_that_value_and_no_other_line(
    stack: str, drawn: str, data: st.DataObject
) -> None:
    """Every line but the edited ones is byte for byte what it was; lines are only inserted.

    A section that becomes a plain value gives up its own lines.
    """
    path = ROOT / f"Pulumi.{stack}.yaml"
    before = path.read_text(encoding="utf-8")
    field, value = data.draw(st.sampled_from(sorted(leaves(json.loads(drawn)).items(), key=repr)))
    after = stated(before, field, value)
    assert reduce(lambda part, key: part[key], field.split("."), values(after)) == value
    untouched = {
        name: old
        for name, old in leaves(values(before)).items()
        if not (name == field or f"{name}.".startswith(f"{field}.") or field.startswith(f"{name}."))
    }
    now = leaves(values(after))
    assert all(now[name] == old for name, old in untouched.items())
    changed = _changed_lines(before, after)
    whole = read_stack(path).lines
    own = [line for name, line in whole.items() if f"{name}.".startswith(f"{field}.")]
    edited = max(own) - min(own) + 1 if own else int(_above(field, whole))
    assert len(changed) <= edited
    assert stated(after, field, value) == after


@pytest.mark.slow
@given(profiles_json())
@settings(max_examples=5)
def test_a_whole_profile_stated_leaf_by_leaf_loads_as_itself(drawn: str) -> None:
    """Edits one after another give the file that states all of them, whatever they are."""
    wanted, text = json.loads(drawn), "config:\n  plumbline:profile:\n    base: embedded\n"
    for field, value in leaves(wanted).items():
        text = stated(text, field, value)
    assert values(text) == wanted


@pytest.mark.parametrize("stack", STACKS)
def test_unsetting_every_statement_in_turn_leaves_the_base(stack: str) -> None:
    """Whatever the file looks like, its statements can be taken back one by one."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    for field in leaves(values(text)):
        if field != "base":
            text = unstated(text, field)
    assert list(values(text)) == ["base"]


def test_line_feeds_of_windows_stay(tmp_path: Path) -> None:
    """A file with CRLF keeps it in every line, the inserted one too."""
    path = tmp_path / "Pulumi.test.yaml"
    path.write_bytes(HEAD.replace("\n", "\r\n").encode())
    edit = edited(read_stack(path), (Change(path="graph.max_retries", value=4),))
    assert edit.text.count("\r\n") == edit.text.count("\n") == HEAD.count("\n") + 2
    assert edit.new.graph.max_retries == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("graph.max_retrys", "3"), "near it: graph.max_retries"),
        (("max_retries", "3"), "near it: graph.max_retries"),
        (("cluster.access[].group", "x"), "is not a field"),
        (("graph.max_retries",), "has no value"),
        ((), "nothing to change"),
        (("graph.max_retries", "1_000"), "integer from 0 to 10"),
        (("cluster.access", "[{"), "is not JSON"),
        (("health.cpu_degraded_percent", "12.34567"), "number above 0 to 100"),
    ],
)
def test_a_wrong_command_line_says_what_is_meant(words: tuple[str, ...], said: str) -> None:
    """An unknown field names its neighbours, a wrong value what the field takes."""
    with pytest.raises(ProjectError) as caught:
        changes_of(words, ())
    assert said in str(caught.value)


def test_a_value_that_cannot_load_is_refused_with_its_range() -> None:
    """The refusal names line, path, value and the whole range."""
    file = read_stack(ROOT / "Pulumi.production.yaml")
    with pytest.raises(ProfileError, match="it takes: integer from 0 to 10"):
        edited(file, changes_of(("graph.max_retries", "11"), ()))


def test_fields_that_must_change_together_can() -> None:
    """A mode and what goes with it are one edit, though neither loads alone."""
    file = read_stack(ROOT / "Pulumi.staging.yaml")
    words = ("cache.mode", "none", "cache.server", "null", "upstreams.limiter", "pod")
    assert edited(file, changes_of(words, ())).new.cache.server is None
    with pytest.raises(ProfileError):
        edited(file, changes_of(words[:2], ()))


def test_a_file_that_cannot_load_can_be_mended(tmp_path: Path) -> None:
    """The value that keeps a file from loading is itself editable."""
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(f"{HEAD}    graph:\n      max_retries: 99\n", encoding="utf-8")
    edit = edited(read_stack(path), (Change(path="graph.max_retries", value=UNSET),))
    assert edit.old is None
    assert edit.text == HEAD
    assert dump_profile(edit.new)["graph"]["max_retries"] <= 10


def _above(field: str, lines: dict[str, int]) -> bool:
    """Whether a section around the field is stated as null, which the edit replaces."""
    parents = [field.rpartition(".")[0]]
    while parents[-1]:
        parents.append(parents[-1].rpartition(".")[0])
    stated_as = [parent for parent in parents if parent in lines]
    return bool(stated_as) and not any(one.startswith(f"{stated_as[0]}.") for one in lines)


def _changed_lines(before: str, after: str) -> list[str]:
    """Return the lines that are no more as they were."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [(i, j) for kind, i, j, _, _ in blocks if kind in {"replace", "delete"}]
    return [line for i, j in gone for line in old[i:j]]
