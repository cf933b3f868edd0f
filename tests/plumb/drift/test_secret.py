"""Secrets: keys by presence, values by hash alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plumb.credentials.demand import demands
from plumb.drift.finding import Finding
from plumb.drift.secrecy import digest, hidden
from plumb.drift.secret import findings
from plumb.kube.kubectl import Kubectl
from tests.plumb.rollout.releases import release_of_stack

_SCRIPT = """\
#!/bin/sh
cat > /dev/null
case "$*" in
  *jsonpath*) cat {folder}/times ;;
  *"get secret "*) cat {folder}/secrets ;;
  *api-resources*) : ;;
  *"get pvc"*) : ;;
  *) cat {folder}/rest ;;
esac
"""
VALUE = "aGVsbG8="
"""`hello`, encoded."""


def secret(name: str, *keys: str, value: str = VALUE) -> dict[str, Any]:
    """Return a Secret with these keys."""
    return {
        "metadata": {"name": name, "resourceVersion": "1"},
        "data": dict.fromkeys(keys, value),
    }


Look = Callable[..., list[Finding]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Give a function that finds drift of production's Secrets in these answers of kubectl."""

    def find(*secrets: dict[str, Any], is_settled: bool = True) -> list[Finding]:
        (tmp_path / "secrets").write_text(json.dumps({"items": secrets}))
        (tmp_path / "times").write_text("")
        (tmp_path / "rest").write_text(json.dumps({"items": []}))
        program = tmp_path / "kubectl"
        program.write_text(_SCRIPT.format(folder=tmp_path))
        program.chmod(0o755)
        kubectl = Kubectl(program=program, context="paper")
        release = replace(release_of_stack("production"), kubectl=kubectl)
        return list(findings(release, is_settled=is_settled))

    return find


def all_of() -> list[dict[str, Any]]:
    """Return every Secret that the stack reads, complete."""
    wanted = demands(release_of_stack("production").profile)
    return [secret(name, *(key.name for key in each.keys)) for name, each in wanted.items()]


def test_complete_secrets_are_no_drift(look: Look) -> None:
    """Values are nobody's affair: the program has none."""
    assert look(*all_of()) == []


def test_a_missing_key_is_named_with_what_up_puts_there(look: Look) -> None:
    """The same decision as `up` makes, without making it; nothing of a value is said."""
    made = all_of()
    made[0]["data"].pop("password")
    [one] = look(*made)
    assert one.object == f"Secret/{made[0]['metadata']['name']}"
    assert (one.path, one.up, one.why) == ("data.password", "make", "random")
    assert "hello" not in repr(one)


def test_a_copy_of_flaggers_is_compared_by_hash_once_it_is_promoted(look: Look) -> None:
    """Under analysis it has to differ."""
    made = all_of()
    name = made[0]["metadata"]["name"]
    copy = secret(f"{name}-primary", *made[0]["data"], value="Z29vZGJ5ZQ==")
    found = look(*made, copy)
    assert {each.object for each in found} == {f"Secret/{name}-primary"}
    assert found[0].stated == digest("hello")
    assert "goodbye" not in repr(found)
    assert look(*made, copy, is_settled=False) == []


@pytest.mark.parametrize(
    ("path", "within", "value"),
    [
        ("data.password", "", "s3cret"),
        ('data["service.json"]', "store.api_key", "s3cret"),
        ("spec.template.spec.containers[main].env[X]", "", {"name": "API_KEY", "value": "s3cret"}),
        ("data.url", "", "redis://user:s3cret@there:1/0"),
    ],
)
def test_what_may_be_a_credential_is_a_hash(path: str, within: str, value: object) -> None:
    """By its name, or because an address carries one."""
    assert "s3cret" not in repr(hidden(path, within, value))


@pytest.mark.parametrize("value", [3, True, "plain", {"name": "MODE", "value": "plain"}])
def test_what_is_none_is_shown(value: object) -> None:
    """A report that hides everything tells nothing."""
    assert hidden("spec.template.spec.containers[main].env[MODE]", "", value) == value
