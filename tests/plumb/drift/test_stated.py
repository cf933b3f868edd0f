"""What one object of the stack differs in."""

from dataclasses import replace
from typing import Any

import pytest

from plumb.drift.finding import Finding
from plumb.drift.stated import findings
from plumb.drift.trial import Trial
from plumb.engine.difference import by_name, changes
from plumb.engine.refusal import Refusal
from tests.plumb.drift.bodies import EXTRA, IMAGE, PERSON, SCALE, TOKEN, deployment, edited, entry
from tests.plumb.engine.parts import KUBECTL

CONFLICT = Refusal(
    identity="Deployment/web",
    reason=".spec.replicas belongs to the field manager 'kubectl'",
    advice="",
)


def trial(refusal: Refusal | None = None, *entries: dict[str, object]) -> Trial:
    """Return a trial of the edited Deployment; `up` would set what the program states."""
    live = edited(*(entries or (SCALE, IMAGE, TOKEN, EXTRA)))
    would = edited()
    would["spec"]["replicas"] = 1
    would["spec"]["template"]["spec"]["containers"][0]["image"] = "main:v1"
    found = changes(live, would, by_name)
    return Trial(stated=deployment(), live=live, refusal=refusal, changes=found)


def by_path(trial: Trial) -> dict[str, Finding]:
    """Return the findings by the last part of their paths."""
    return {each.path.rpartition(".")[2]: each for each in findings(KUBECTL, trial)}


def test_every_edit_is_found_with_who_made_it_and_what_up_does() -> None:
    """Stated properties are put back, added ones left; the server's defaults are neither."""
    found = by_path(trial())
    assert set(found) == {"replicas", "image", "env[API_TOKEN]", "containers[extra]"}
    image = found["image"]
    assert (image.stated, image.live, image.up) == ("main:v1", "main:v2", "put back")
    assert image.by is not None
    assert image.by.manager == PERSON
    assert found["containers[extra]"].up == "leave"
    assert found["containers[extra]"].kind == "added"


def test_a_credential_in_a_variable_is_never_shown() -> None:
    """A hash tells whether two are the same."""
    text = repr(list(findings(KUBECTL, trial())))
    assert "very secret" not in text
    assert "sha256:" in text


def test_a_contested_field_is_a_conflict_and_gives_the_command() -> None:
    """The server names the manager; its entry is deleted by a guarded patch, no other's."""
    found = by_path(trial(CONFLICT))
    replicas = found["replicas"]
    assert replicas.up == "conflict"
    assert "/metadata/managedFields/0/manager" in replicas.command[-1]
    assert "managedFields/1" not in replicas.command[-1]
    assert found["image"].up == "put back"
    assert found["image"].why == "once the contested fields are given back"


def test_a_change_that_cannot_be_made_in_place_is_refused() -> None:
    """The reason is the server's."""
    refusal = replace(CONFLICT, reason="spec.selector: field is immutable")
    found = by_path(trial(refusal))
    assert found["image"].up == "refuse"
    assert found["image"].why == "spec.selector: field is immutable"


def test_an_edit_of_the_stack_file_is_told_from_one_of_the_cluster() -> None:
    """The engine itself set what is live: the file went ahead."""
    applied = entry("helm", IMAGE["fieldsV1"], operation="Apply")
    assert "stack file has changed" in by_path(trial(None, applied))["image"].note


@pytest.mark.parametrize(
    "manager", ["kube-controller-manager", "flagger", "cert-manager-cainjector"]
)
def test_what_a_controller_owns_is_no_drift(manager: str) -> None:
    """An injected bundle, a revision, a scale: theirs to set."""
    theirs = entry(manager, TOKEN["fieldsV1"])
    assert "env[API_TOKEN]" not in by_path(trial(None, SCALE, IMAGE, theirs))


def test_what_tools_note_down_and_restarts_are_no_drift() -> None:
    """A restart is an annotation, which `plumb up` itself may leave."""
    live = edited()
    note = {"kubectl.kubernetes.io/restartedAt": "now"}
    live["spec"]["template"]["metadata"] = {"annotations": note}
    fields: dict[str, Any] = {
        "f:spec": {
            "f:template": {"f:metadata": {"f:annotations": {f"f:{name}": {} for name in note}}}
        }
    }
    live["metadata"]["managedFields"] = [entry("kubectl-rollout", fields)]
    quiet = Trial(stated=deployment(), live=live, refusal=None, changes=())
    assert list(findings(KUBECTL, quiet)) == []


def test_an_object_that_is_gone_is_made() -> None:
    """Unless the server would not take it."""
    gone = Trial(stated=deployment(), live=None, refusal=None, changes=())
    [found] = findings(KUBECTL, gone)
    assert (found.kind, found.up) == ("gone", "make")
    [refused] = findings(KUBECTL, replace(gone, refusal=CONFLICT))
    assert refused.up == "refuse"
