"""What Helm remembers, told by a program that speaks as Helm does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plumb.command import CommandError
from plumb.engine.engine import EngineError
from plumb.engine.history import Helm, Record, known, leftovers, unfinished
from tests.plumb.engine.parts import KUBECTL

_SCRIPT = """\
#!/bin/sh
case "$1" in
history) cat {folder}/history ;;
get) cat "{folder}/manifest-$5" ;;
esac
env | grep ^HELM_ > {folder}/environment
test -s {folder}/history || {{ echo 'Error: release: not found' >&2; exit 1; }}
"""

_MANIFEST = """\
---
# Source: x
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: n}}
"""


def helm(folder: Path, **states: str) -> Helm:
    """Return a Helm that remembers revisions (`v1="deployed"`), each with its own ConfigMap."""
    records: list[dict[str, Any]] = []
    for revision, state in states.items():
        number = int(revision.removeprefix("v"))
        manifest = "".join(_MANIFEST.format(name=name) for name in ("shared", f"of-{number}"))
        (folder / f"manifest-{number}").write_text(manifest)
        records.append({"revision": number, "status": state, "updated": "2026-11-21T02:19:02.2Z"})
    (folder / "history").write_text(json.dumps(records) if records else "")
    program = folder / "helm"
    program.write_text(_SCRIPT.format(folder=folder))
    program.chmod(0o755)
    return Helm(program=program, kubectl=KUBECTL, name="r", folder=folder / "own")


def names(found: dict[Any, dict[str, Any]]) -> list[str]:
    """Return the names of objects."""
    return [each.name for each in found]


def test_a_release_that_never_was_has_no_records(tmp_path: Path) -> None:
    """Helm says so by failing."""
    assert helm(tmp_path).records() == []


def test_another_failure_is_one(tmp_path: Path) -> None:
    """A cluster that cannot be asked is not a release that is not there."""
    broken = helm(tmp_path, v1="deployed")
    broken.program.write_text("#!/bin/sh\necho 'Error: kubernetes cluster unreachable' >&2; exit 1")
    with pytest.raises(CommandError, match="unreachable"):
        broken.records()


def test_nothing_of_the_users_helm_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folders are ours, and no variable leads it to another cluster than kubectl."""
    monkeypatch.setenv("HELM_KUBEAPISERVER", "https://elsewhere")
    monkeypatch.setenv("HELM_DRIVER", "memory")
    helm(tmp_path, v1="deployed").records()
    seen = dict(line.split("=", 1) for line in (tmp_path / "environment").read_text().splitlines())
    assert seen["HELM_KUBEAPISERVER"] == ""
    assert seen["HELM_DRIVER"] == "secret"
    assert {seen[f"HELM_{kind}_HOME"] for kind in ("CACHE", "CONFIG", "DATA")} == {
        str(tmp_path / "own" / name) for name in ("cache", "config", "data")
    }


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"v1": "superseded", "v2": "deployed"}, ["of-2"]),
        ({"v1": "deployed", "v2": "failed", "v3": "pending-upgrade"}, ["of-1", "of-2", "of-3"]),
        ({"v1": "failed", "v2": "pending-install"}, ["of-1", "of-2"]),
        ({"v1": "superseded", "v2": "uninstalling"}, ["of-1", "of-2"]),
    ],
)
def test_what_a_change_that_failed_made_is_known(
    tmp_path: Path, states: dict[str, str], expected: list[str]
) -> None:
    """Every object since the last change that ended well may be in the cluster."""
    seen = helm(tmp_path, **states)
    assert names(known(seen, seen.records())) == ["shared", *expected]


def test_left_is_what_only_unended_changes_made(tmp_path: Path) -> None:
    """Helm prunes what the deployed revision has, and never what a failed one made."""
    seen = helm(tmp_path, v1="deployed", v2="failed")
    assert names(leftovers(seen, seen.records())) == ["of-2"]
    well = helm(tmp_path, v1="superseded", v2="deployed")
    assert not leftovers(well, well.records())


def test_an_old_run_that_never_ended_is_given_up_at_once(tmp_path: Path) -> None:
    """Nobody is at work on it any more."""
    seen = helm(tmp_path, v1="pending-install")
    told: list[str] = []
    last = unfinished(seen, seen.records(), 60, told.append)
    assert last is not None
    assert last.revision == 1
    assert not told


def test_a_run_that_ends_while_we_wait_ends_ours(tmp_path: Path) -> None:
    """The plan was made before that run's changes."""
    began = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    young = Record(revision=1, state="pending-install", changed=began)
    seen = helm(tmp_path, v1="deployed")
    told: list[str] = []
    with pytest.raises(EngineError, match="another run changed r meanwhile"):
        unfinished(seen, [young], 60, told.append)
    assert told == ["revision 1 is pending-install: giving whoever runs it 59 s more"]


def test_a_release_in_order_has_nothing_unfinished(tmp_path: Path) -> None:
    """A failed change has ended."""
    for state in ("deployed", "failed"):
        seen = helm(tmp_path, v1=state)
        assert unfinished(seen, seen.records(), 60, print) is None


def test_a_clock_ahead_of_ours_makes_a_record_new() -> None:
    """Another machine's time is never taken for an old run."""
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert Record(revision=1, state="pending-install", changed=later).age_seconds == 0
