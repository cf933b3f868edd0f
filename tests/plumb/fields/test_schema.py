"""The JSON Schema of a stack file: in step, and as strict as loading where a schema can be."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from plumb.fields import Field, catalogue
from plumb.fields.stack import SCHEMA_FILE, schema_comment, schema_text, with_comment
from plumb.stackfile import read_stack
from profiles import ProfileError, load_profile
from profiles.named import merged
from tests.profiles.build import nested
from tests.stacks import ROOT, STACKS, profile_json
from tests.strategies import profiles_json

STACK_FILES = sorted([*ROOT.glob("Pulumi.*.yaml"), *ROOT.glob("tests/cluster/Pulumi.*.yaml")])
NUMBERS = [
    field
    for field in catalogue().values()
    if field.types[0] in {"integer", "number"} and "[]" not in field.path
]


@cache
def validator() -> Draft7Validator:
    """Return a validator of the schema as the project keeps it."""
    schema = json.loads((ROOT / SCHEMA_FILE).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def refused(profile: Any, **others: Any) -> list[str]:
    """Return what the schema says against a stack file with this profile."""
    stack = {"config": {"plumbline:profile": profile, **others}}
    return [error.message for error in validator().iter_errors(stack)]


def test_the_schema_is_what_the_sections_say() -> None:
    """An edit of a section without `plumb schema --write` is found."""
    assert (ROOT / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_every_stack_file_is_valid(path: Path) -> None:
    """What the project itself states, an editor marks nowhere."""
    stack = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert not list(validator().iter_errors(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_names_the_schema(stack: str) -> None:
    """An editor finds the schema by the file's first line, which changes nothing that is read."""
    path = ROOT / f"Pulumi.{stack}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"{schema_comment(path, ROOT)}\n")
    assert (path.parent / text.splitlines()[0].partition("$schema=")[2]).is_file()
    assert with_comment(text, schema_comment(path, ROOT)) == text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("graph.max_retrys", 3),
        ("grahp.max_retries", 3),
        ("graph.max_retries", "3"),
        ("graph.max_retries", 2.5),
        ("graph.max_retries", 11),
        ("graph.max_retries", None),
        ("graph.max_parallel_nodes", 0),
        ("graph.partial_results", 1),
        ("graph.partial_results", "yes"),
        ("graph", []),
        ("graph", None),
        ("cluster.namespace", "Bio MCP"),
        ("cluster.access", {"group": "ops", "role": "view"}),
        ("cluster.access", [{"group": "ops"}]),
        ("cluster.access", [{"group": "ops", "role": "owner"}]),
        ("workload.image", "orchestrator"),
        ("workload.resources.memory_limit_mib", "4Gi"),
        ("health.cpu_degraded_percent", 0),
        ("rollout.mode", "canary"),
        ("upstreams.pubmed_requests_per_second", 20),
        ("database.server.pooler", "pgbouncer"),
        ("base", "commended"),
    ],
)
def test_a_wrong_edit_is_refused(path: str, value: Any) -> None:
    """A typing error, a wrong type or range, a null that may not be: an editor marks each."""
    stated = merged({"base": "recommended"}, nested(path, value))
    assert refused(stated)
    with pytest.raises(ProfileError):
        load_profile(json.dumps(stated))


def test_the_base_is_required_and_nothing_else() -> None:
    """A stack file states only what differs; it must say from what."""
    assert not refused({"base": "embedded"})
    assert refused({"graph": {}})
    assert refused({"base": "embedded"}, **{"plumbline:contxt": "x"})
    assert not refused({"base": "embedded"}, **{"plumbline:context": "x", "aws:region": "y"})


@pytest.mark.slow
@given(profiles_json())
@settings(max_examples=50)
def test_what_loads_is_valid(text: str) -> None:
    """An editor never marks a value that `plumb check` takes."""
    assert not refused(json.loads(text))


@given(st.sampled_from(NUMBERS), st.integers(1, 10**6), st.booleans())
def test_a_number_out_of_range_is_refused_by_both(field: Field, by: int, above: bool) -> None:
    """The schema's ranges are those of loading, at either end."""
    schema = field.schema
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    end: float | None = schema.get("maximum") if above else low
    assume(end is not None)
    assert end is not None
    stated = json.loads(profile_json("production"))
    stated = merged(stated, nested(field.path, end + by if above else end - by))
    assert refused(stated)
    with pytest.raises(ProfileError) as caught:
        load_profile(json.dumps(stated))
    assert any(problem.path.startswith(field.path) for problem in caught.value.problems)


def test_every_field_says_what_it_means_and_may_be() -> None:
    """Hovering over any field shows its docstring; a field has a type or a choice."""
    for field in catalogue().values():
        assert field.meaning.endswith((".", ")")), field.path
        assert field.section or "enum" in field.schema or field.schema.get("type"), field.path


def test_the_comment_is_passed_over_by_the_reader(tmp_path: Path) -> None:
    """The values and the JSON that Pulumi hands on are the same with the comment and without."""
    text = (ROOT / "Pulumi.production.yaml").read_text(encoding="utf-8")
    bare = tmp_path / "Pulumi.production.yaml"
    bare.write_text(text.partition("\n")[2], encoding="utf-8")
    assert read_stack(bare).profile_json == profile_json("production")
