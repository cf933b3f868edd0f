"""Objects tried on the server under the field manager of the engine that deployed them."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plumb.drift.trial import Trial, try_all
from plumb.engine.engine import EngineName
from plumb.kube.kubectl import Kubectl
from tests.plumb.drift.bodies import SCALE, deployment, edited, entry
from tests.plumb.rollout.releases import release_of

_SCRIPT = """\
#!/bin/sh
cat > /dev/null
echo "$*" >> {folder}/asked
case "$*" in
  *force-conflicts*) cat {folder}/forced ;;
  *dry-run*) cat {folder}/said >&2; test ! -s {folder}/said && cat {folder}/forced ;;
  *) cat {folder}/live ;;
esac
"""
CONFLICT = 'error: Apply failed with 1 conflict: conflict with "{}" using apps/v1: .spec.replicas\n'

Try = Callable[..., Trial]


@pytest.fixture
def attempt(tmp_path: Path) -> Try:
    """Give a function that tries the Deployment on a kubectl with these answers."""

    def run(live: dict[str, Any], forced: dict[str, Any], said: str, engine: EngineName) -> Trial:
        (tmp_path / "live").write_text(json.dumps(live))
        (tmp_path / "forced").write_text(json.dumps(forced))
        (tmp_path / "said").write_text(said)
        program = tmp_path / "kubectl"
        program.write_text(_SCRIPT.format(folder=tmp_path))
        program.chmod(0o755)
        kubectl = Kubectl(program=program, context="paper")
        [trial] = try_all(release_of(kubectl, "n", deployment()), engine)
        return trial

    return run


def states(manager: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the Deployment as an engine and a person left it, and as the program would have it."""
    live = edited(entry(manager, {}, operation="Apply"), SCALE)
    forced = deepcopy(live)
    forced["spec"]["replicas"] = 1
    return live, forced


def test_the_manager_that_applied_is_the_one_that_tries(attempt: Try, tmp_path: Path) -> None:
    """Pulumi's provider has a name with a suffix for each object; another would own nothing."""
    live, forced = states("pulumi-kubernetes-1a2b")
    trial = attempt(live, forced, CONFLICT.format("kubectl"), "pulumi")
    asked = (tmp_path / "asked").read_text().splitlines()
    applied = [line for line in asked if " apply " in line]
    assert len(applied) > 1
    assert all("--field-manager=pulumi-kubernetes-1a2b " in line for line in applied)
    assert [(each.path, each.before, each.after) for each in trial.changes] == [
        ("spec.replicas", 2, 1)
    ]
    assert trial.refusal is not None
    assert "belongs to the field manager 'kubectl'" in trial.refusal.reason


def test_what_an_engine_takes_from_itself_is_no_conflict(attempt: Try) -> None:
    """Pulumi's provider changes by another name than it makes by."""
    live, forced = states("pulumi-kubernetes")
    trial = attempt(live, forced, CONFLICT.format("pulumi-kubernetes-9z"), "pulumi")
    assert trial.refusal is None


def test_the_providers_own_marks_are_no_drift(attempt: Try) -> None:
    """The program does not state them, and the provider puts them there."""
    live, forced = states("pulumi-kubernetes")
    live["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "pulumi"
    trial = attempt(live, forced, "", "pulumi")
    assert [each.path for each in trial.changes] == ["spec.replicas"]


def test_what_is_in_step_is_not_asked_about_again(attempt: Try, tmp_path: Path) -> None:
    """Equal values never conflict: two questions do for all."""
    live, _ = states("helm")
    trial = attempt(live, live, CONFLICT.format("kubectl"), "helm")
    assert trial == replace(trial, changes=(), refusal=None)
    assert len((tmp_path / "asked").read_text().splitlines()) == 2
