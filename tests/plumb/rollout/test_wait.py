"""The wait itself, with a kubectl that prints what a test tells it to."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from plumb.kube.kubectl import Kubectl, KubeError
from plumb.rollout import wait
from tests.plumb.rollout.objects import Object, deployment, pod, replica_set, waiting
from tests.plumb.rollout.releases import release_of

BODY = deployment()
SOUND = [deployment(ready=1), replica_set(), pod({"running": {}}, ready=True)]
BROKEN = [
    deployment(),
    replica_set(),
    pod(waiting("CreateContainerConfigError", 'secret "keys" not found')),
]

pytestmark = pytest.mark.slow


class Cluster:
    """A kubectl that prints one answer after the other, the last one for ever."""

    def __init__(self, folder: Path, *answers: list[Object] | None) -> None:
        """Prepare the answers; None is a server that does not answer."""
        self._folder = folder
        for number, answer in enumerate(answers):
            if answer is not None:
                text = json.dumps({"kind": "List", "items": answer})
                (folder / f"{number}.json").write_text(text)
        script = folder / "kubectl"
        script.write_text(
            f"""#!/bin/sh
cd {folder}
echo "$@" >> calls
number=$(($(wc -l < calls) - 1))
[ $number -ge {len(answers)} ] && number={len(answers) - 1}
[ -f $number.json ] || {{ echo "connection refused" >&2; exit 1; }}
cat $number.json
"""
        )
        script.chmod(0o755)
        self.kubectl = Kubectl(program=script, context="test")

    @property
    def calls(self) -> list[str]:
        """What it was asked."""
        return (self._folder / "calls").read_text().splitlines()

    def wait(self) -> str:
        """Wait for the Deployment, and return what was printed."""
        text = io.StringIO()
        release = release_of(self.kubectl, "space", BODY)
        wait(Console(file=text, width=100), self.kubectl, release)
        return text.getvalue()


def test_what_is_ready_takes_one_call(tmp_path: Path) -> None:
    """All kinds are asked for at once, in the stack's namespace."""
    cluster = Cluster(tmp_path, SOUND)
    [line] = cluster.wait().splitlines()
    assert line.startswith("  ✓ deployment/web 1/1 ready")
    [call] = cluster.calls
    assert "deployments,statefulsets,replicasets,pods,events" in call
    assert "--namespace space" in call


def test_an_api_server_that_restarts_is_asked_again(tmp_path: Path) -> None:
    """A look that fails is no failed rollout."""
    cluster = Cluster(tmp_path, BROKEN, None, SOUND)
    lines = cluster.wait().splitlines()
    assert "1 cannot start (CreateContainerConfigError)" in lines[0]
    assert "✓ deployment/web 1/1 ready" in lines[1]


def test_a_cluster_that_stays_silent_is_an_error(tmp_path: Path) -> None:
    """It says what the server said."""
    with pytest.raises(KubeError, match="connection refused"):
        Cluster(tmp_path, None).wait()
