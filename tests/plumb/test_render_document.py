"""Manifests as YAML."""

from io import StringIO

import pytest
import yaml as yaml_1_1
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plumb.render import write_yaml
from plumb.render.document import document
from tests.stacks import STACKS, rendered

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z]{1,8}"), inner),
    max_leaves=8,
)


@given(value=VALUES)
def test_every_value_reads_back_as_itself(value: object) -> None:
    """Under YAML 1.1 and 1.2 alike, whatever a text looks like."""
    text = document({"value": value})
    assert YAML(typ="safe").load(StringIO(text)) == {"value": value}
    assert yaml_1_1.safe_load(text) == {"value": value}


@pytest.mark.parametrize(
    "text", ["8", "010", "1e3", "yes", "off", "~", "12:30:45", "1_000", "", "500m"]
)
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    """Readers differ on these; quotes leave them no choice."""
    assert document({"value": text}) == f'---\nvalue: "{text}"\n'


def test_a_text_of_several_lines_is_a_literal_block() -> None:
    """A configuration file in a ConfigMap is read, and diffed, by people."""
    assert document({"data": {"a": "one\ntwo\n"}}) == "---\ndata:\n  a: |\n    one\n    two\n"


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_reads_back_as_what_was_rendered(stack: str) -> None:
    """The text loses nothing, and keeps the order."""
    loaded = list(YAML(typ="safe").load_all(write_yaml(rendered(stack))))
    assert loaded == [manifest.body for manifest in rendered(stack).manifests]
