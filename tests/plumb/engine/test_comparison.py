"""What a run would change."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plumb.engine.comparison import planned, settled
from plumb.engine.live import key
from plumb.engine.plan import FieldChange
from plumb.kube.kubectl import Kubectl
from plumb.render import Rendered
from tests.plumb.engine.parts import paper_release

_SCRIPT = """\
#!/bin/sh
cat > /dev/null
case "$*" in *dry-run*) cat {folder}/tried ;; *) cat {folder}/live ;; esac
"""


def body(name: str, version: str = "1", **metadata: Any) -> dict[str, Any]:
    """Return an object at a revision."""
    place = {"name": name, "namespace": "n", "resourceVersion": version} | metadata
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": place, "data": {"a": version}}


@pytest.fixture
def answers(tmp_path: Path) -> Callable[[str, str], Kubectl]:
    """Give a function that makes a kubectl with these answers to a look and to a dry run."""

    def make(live: str, tried: str) -> Kubectl:
        (tmp_path / "live").write_text(live)
        (tmp_path / "tried").write_text(tried)
        program = tmp_path / "kubectl"
        program.write_text(_SCRIPT.format(folder=tmp_path))
        program.chmod(0o755)
        return Kubectl(program=program, context="paper")

    return make


def _one(rendered: Rendered, name: str) -> Rendered:
    manifest = replace(rendered.manifests[0], body=body(name), name=name, kind="ConfigMap")
    return replace(rendered, manifests=(manifest,))


def test_a_change_of_others_between_look_and_trial_is_none_of_the_stacks(
    answers: Callable[[str, str], Kubectl],
) -> None:
    """A claim that was bound in between is looked at again, and is in step."""
    kubectl = answers(_json("x", "2"), _json("x", "2"))
    found = {key(body("x")): body("x", "1")}
    wanted = _one(paper_release().rendered, "x")
    assert planned(settled(kubectl, wanted, "helm", found, [body("x", "2")]), ()).changes == ()


def test_an_object_that_never_holds_still_is_shown_as_it_was_seen_last(
    answers: Callable[[str, str], Kubectl],
) -> None:
    """The preview ends, whatever others do."""
    kubectl = answers(_json("x", "3"), _json("x", "4"))
    found = {key(body("x")): body("x", "1")}
    wanted = _one(paper_release().rendered, "x")
    (change,) = planned(settled(kubectl, wanted, "helm", found, [body("x", "2")]), ()).changes
    assert change.fields == (FieldChange("data.a", "3", "4"),)


def test_the_plan_has_what_goes_after_what_comes_and_what_is_kept_last() -> None:
    """Changes stand in the order in which they are made."""
    same, new, changed = body("same"), body("new"), body("changed", "2")
    kept = body("kept", annotations={"helm.sh/resource-policy": "keep"})
    pairs = [(None, new), (same, same), (body("changed"), changed)]
    plan = planned(pairs, [kept, body("gone")])
    assert [(change.action, change.name) for change in plan.changes] == [
        ("create", "new"),
        ("update", "changed"),
        ("delete", "gone"),
        ("keep", "kept"),
    ]
    assert plan.unchanged == 1


def _json(name: str, version: str) -> str:
    return str(body(name, version)).replace("'", '"')
