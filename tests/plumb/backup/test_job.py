"""Jobs as a person makes them from a CronJob: the same but for what is asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from plumb.backup.error import BackupError
from plumb.backup.job import Runner
from plumb.kube.kubectl import Kubectl

MOULD = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "backup-restore", "uid": "u1"},
    "spec": {
        "jobTemplate": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {
                "backoffLimit": 0,
                "template": {
                    "spec": {
                        "initContainers": [
                            {"name": "fetch", "env": [{"name": "WANTED", "value": "latest"}]}
                        ],
                        "containers": [
                            {
                                "name": "restore",
                                "command": ["bash", "restore.sh"],
                                "env": [
                                    {"name": "WANTED", "value": "latest"},
                                    {"name": "PGUSER", "value": "lguser"},
                                ],
                            }
                        ],
                    }
                },
            },
        }
    },
}
_KUBECTL = """#!/bin/sh
# A kubectl that has one CronJob, and a job that ended as the file `end` says.
folder=${0%/*}
case "$*" in
    *" get cronjobs "*) cat "$folder/mould" ;;
    *" create "*) cat > "$folder/made" ;;
    *" logs "*) cat "$folder/log" ;;
    *" get jobs,pods"*)
        name=$(sed 's/.*"name": "\\(backup-restore-[0-9a-f]*\\)".*/\\1/' "$folder/made")
        sed "s/JOB/$name/" "$folder/end" ;;
esac
"""


def ended(kind: str, code: int) -> dict[str, Any]:
    """Return what a cluster has of a job that ended."""
    job = {
        "kind": "Job",
        "metadata": {"name": "JOB", "uid": "j1"},
        "status": {"conditions": [{"type": kind, "status": "True", "message": "it is over"}]},
    }
    state = {"state": {"terminated": {"exitCode": code}}}
    pod = {
        "kind": "Pod",
        "metadata": {
            "name": "JOB-x",
            "uid": "p1",
            "creationTimestamp": "2026-11-21T00:00:00Z",
            "ownerReferences": [{"uid": "j1"}],
        },
        "spec": {"containers": [{"name": "restore"}]},
        "status": {
            "initContainerStatuses": [{"name": "fetch", "state": {"terminated": {"exitCode": 0}}}],
            "containerStatuses": [{"name": "restore", **state}],
        },
    }
    return {"items": [job, pod]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with such a kubectl in it."""
    program = tmp_path / "kubectl"
    program.write_text(_KUBECTL)
    program.chmod(0o755)
    (tmp_path / "mould").write_text(json.dumps(MOULD))
    (tmp_path / "log").write_text("first\nlast\n")
    return tmp_path


def runner(folder: Path) -> Runner:
    """Return a runner on it."""
    return Runner(kubectl=Kubectl(program=folder / "kubectl", context="c"), namespace="n")


def test_what_is_asked_reaches_every_container_and_nothing_else_changes(folder: Path) -> None:
    """The fetch and the restore look for the same backup; the rest is the CronJob's."""
    (folder / "end").write_text(json.dumps(ended("Complete", 0)))
    asked = {"env": [{"name": "WANTED", "value": "x"}], "command": ["bash", "list.sh"]}
    assert runner(folder).run("backup-restore", "restore", asked) == "first\nlast\n"
    made = json.loads((folder / "made").read_text())
    pod = made["spec"]["template"]["spec"]
    [fetch], [restore] = pod["initContainers"], pod["containers"]
    assert fetch["env"] == [{"name": "WANTED", "value": "x"}]
    assert restore["env"] == [*fetch["env"], {"name": "PGUSER", "value": "lguser"}]
    assert restore["command"] == ["bash", "list.sh"]
    [owner] = made["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("CronJob", "u1", True)


def test_a_job_that_fails_says_so_with_the_log_of_what_failed(folder: Path) -> None:
    """OPS-05: the container that ended badly, not the one that ran before it."""
    (folder / "end").write_text(json.dumps(ended("Failed", 1)))
    with pytest.raises(BackupError) as failure:
        runner(folder).run("backup-restore", "restore")
    lines = str(failure.value).splitlines()
    assert lines[0].endswith("failed: it is over")
    assert lines[1:] == ["last lines of its container restore:", "  first", "  last"]


def test_a_stack_that_is_not_up_is_told_so(folder: Path) -> None:
    """There is nothing to make a job from."""
    (folder / "mould").write_text("")
    with pytest.raises(BackupError, match="`plumb up` makes it"):
        runner(folder).run("backup", "dump")
