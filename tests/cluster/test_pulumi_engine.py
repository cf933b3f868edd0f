"""The Pulumi engine on a real cluster, by the real CLI; a stand-in answers the probes."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from plumb.engine.engine import EngineError, EngineStatus, RefusedError, Release
from plumb.engine.plan import Plan
from plumb.engine.pulumi import PulumiEngine
from plumb.kube.kubectl import Kubectl
from plumb.local.cluster import Cluster
from profiles.load import load_profile
from profiles.named import merged
from tests.cluster.stand_in import STAND_IN, load_stand_in
from tests.infra.edit import edited
from tests.provider import is_missing
from tests.stacks import profile_json, stack_files

pytestmark = [
    pytest.mark.slow,
    pytest.mark.cluster,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no Pulumi CLI on PATH"),
]

_SETTINGS = "ConfigMap/bio-mcp-orchestrator-thresholds"
_WORKLOAD = "Deployment/bio-mcp-orchestrator"
_CLAIM = "PersistentVolumeClaim/orchestrator-checkpoints"

Make = Callable[..., Release]


@pytest.fixture(scope="module")
def make(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Give a function that makes a release of the development stack, edited, under a name."""
    folder = tmp_path_factory.mktemp("releases")
    load_stand_in(cluster, folder)
    kubectl = Kubectl(
        program=cluster.kubectl_program, context=cluster.context, kubeconfig=cluster.kubeconfig
    )

    def release(name: str, **sections: Any) -> Release:
        stated = merged(_small(name), sections)
        text = json.dumps(merged(json.loads(profile_json("development")), stated))
        return Release(
            file=replace(stack_files()["development"], stack=name, profile_json=text),
            profile=load_profile(text),
            rendered=edited("development", **stated),
            kubectl=kubectl,
            folder=folder / name / "local",
        )

    return release


@pytest.fixture(scope="module")
def installed(make: Make) -> Iterator[Release]:
    """Give a stack that is there; takes it down at the end and finds nothing left."""
    release = make("main")
    _up(release)
    yield release
    engine = PulumiEngine()
    assert engine.down(release, print) == ()
    assert release.kubectl.get("namespace", release.namespace) is None
    assert engine.status(release) == EngineStatus(revision=0, state="", changed="")
    assert engine.outputs(release) == {}
    assert engine.down(release, print) == ()


def _small(name: str) -> dict[str, Any]:
    """Return what the stand-in needs of a profile: itself, and probes that ask at once."""
    probe = {"initial_delay_seconds": 0, "period_seconds": 1}
    return {
        "cluster": {"namespace": f"pulumi-{name}"},
        "workload": {"image": STAND_IN, "probes": {"startup": probe, "readiness": probe}},
        "upstreams": {"source": "live", "server": None},
    }


def _up(release: Release, tell: Callable[[str], None] = print) -> Plan:
    engine = PulumiEngine()
    try:
        plan = engine.preview(release)
    except EngineError as error:
        if is_missing(str(error)):
            pytest.skip(f"Pulumi's Kubernetes provider is not to be had: {error}")
        raise
    engine.prepare(release)
    engine.up(release, plan, tell)
    return plan


def _actions(plan: Plan) -> dict[str, str]:
    return {change.identity: change.action for change in plan.changes}


def test_a_second_run_changes_nothing(installed: Release) -> None:
    """An empty plan calls nothing, so that the history is the same; the outputs are the stack's."""
    engine = PulumiEngine()
    before = engine.status(installed)
    plan = _up(installed)
    assert plan == Plan(changes=(), unchanged=len(installed.rendered.manifests))
    assert engine.status(installed) == before
    assert before.state == "succeeded"
    assert engine.outputs(installed) == installed.rendered.outputs


def test_the_generated_project_holds_no_secret_and_the_users_files_stay(
    installed: Release,
) -> None:
    """CON-02: the state's passphrase is empty, because there is nothing for it to hide."""
    state = "".join(path.read_text() for path in installed.folder.rglob("*.json") if path.is_file())
    assert "4dabf18193072939515e22adb298388d" not in state  # how Pulumi marks a secret
    assert "client-key-data" not in state
    assert "encryptionsalt" not in stack_files()["development"].path.read_text()


def test_a_threshold_edit_is_made_in_place(installed: Release, make: Make) -> None:
    """The ConfigMap and the annotation that rolls the pods, and nothing else."""
    plan = _up(make("main", health={"check_interval_seconds": 20}))
    fields = {change.identity: [field.path for field in change.fields] for change in plan.changes}
    annotation = 'spec.template.metadata.annotations["plumbline.dev/config-hash"]'
    assert fields == {_SETTINGS: ['data["service.json"]'], _WORKLOAD: [annotation]}
    assert _actions(_up(installed)) == {_SETTINGS: "update", _WORKLOAD: "update"}


def test_what_was_deleted_behind_its_back_is_made_again(installed: Release) -> None:
    """The state is compared with the cluster first, not believed."""
    quota = ("resourcequota", "plumbline", "--namespace", installed.namespace)
    installed.kubectl.run("delete", *quota)
    assert _actions(_up(installed)) == {"ResourceQuota/plumbline": "create"}
    assert installed.kubectl.get("resourcequota", "plumbline", installed.namespace)


def test_a_replacement_is_refused_with_the_way(installed: Release, make: Make) -> None:
    """Pulumi would delete the Deployment and make another; the way names the one that is there."""
    with pytest.raises(RefusedError, match=r"(?s)would replace.*metadata\.name") as caught:
        PulumiEngine().preview(make("main", workload={"name": "other"}))
    way = f"delete deployment bio-mcp-orchestrator --namespace {installed.namespace}"
    assert way in str(caught.value)
    assert _up(installed).is_empty


def test_another_namespace_is_refused(make: Make, installed: Release) -> None:
    """Everything would be deleted, data too."""
    with pytest.raises(RefusedError, match="would move from the namespace pulumi-main to another"):
        PulumiEngine().preview(make("main", cluster={"namespace": "another"}))


def test_a_change_that_only_the_server_refuses_is_found(installed: Release, make: Make) -> None:
    """The storage class cannot grow a volume, which Pulumi's own preview does not ask."""
    with pytest.raises(RefusedError, match="must support resize"):
        PulumiEngine().preview(make("main", database={"sqlite_storage_gib": 3}))


def test_another_engines_stack_is_left_alone(make: Make) -> None:
    """Neither preview nor down touches what Helm applied."""
    release = make("helms")
    namespace = release.rendered.manifests[0].body
    release.kubectl.apply([namespace], manager="helm", doing="preparing")
    with pytest.raises(RefusedError, match="belongs to Helm"):
        PulumiEngine().preview(release)
    with pytest.raises(RefusedError, match="belongs to Helm"):
        PulumiEngine().down(release, print)
    release.kubectl.run("delete", "namespace", release.namespace, "--wait=false")


def test_a_run_that_was_killed_is_taken_up(make: Make) -> None:
    """The lock of the dead is taken away, and what it had begun to make is taken into the state."""
    release = make("killed", workload={"image": "plumbline.local/none:1"})
    _kill_while_waiting(release)
    assert release.kubectl.get("deployment", "bio-mcp-orchestrator", release.namespace)
    told: list[str] = []
    _up(make("killed"), told.append)
    said = "\n".join(told)
    assert "an interrupted run left its lock" in said
    assert f"had made {_WORKLOAD}" in said
    assert _up(make("killed")).is_empty
    assert PulumiEngine().down(release, print) == ()


def test_what_holds_data_outlives_the_stack(make: Make) -> None:
    """Namespace and claim stay and are told; the next `up` goes on with them."""
    release = make("kept", cluster={"retain_data": True})
    _up(release)
    engine = PulumiEngine()
    kept = engine.down(release, print)
    assert {"Namespace/pulumi-kept", _CLAIM} <= set(kept)
    assert not {_WORKLOAD, _SETTINGS} & set(kept)
    assert engine.down(release, print) == kept
    assert set(_actions(_up(release)).values()) == {"create"}
    release.kubectl.run("delete", "namespace", release.namespace, "--wait=false")


def test_what_is_there_already_is_taken_over(make: Make) -> None:
    """A lost state, or what another engine kept: it cannot be made twice, and nothing is replaced.

    Pulumi's own import would have the claim deleted, for the defaults that the server gave it.
    """
    release = make("lost")
    _up(release)
    before = _ids(release)
    shutil.rmtree(release.folder)
    told: list[str] = []
    _up(make("lost", health={"check_interval_seconds": 20}), told.append)
    assert "taking over" in told[0]
    assert _ids(release) == before
    assert _up(make("lost", health={"check_interval_seconds": 20})).is_empty
    assert PulumiEngine().down(release, print) == ()


def _ids(release: Release) -> dict[str, str]:
    """Return who the objects are: one that was made anew is another."""
    found = release.kubectl.objects("configmaps,deployments,services,pvc", release.namespace)
    return {each["metadata"]["name"]: each["metadata"]["uid"] for each in found}


def _kill_while_waiting(release: Release) -> None:
    """Kill a run, and the CLI with it, that waits for pods whose image is nowhere."""
    argument = json.dumps(
        {
            "stack": release.file.stack,
            "profile": release.file.profile_json,
            "folder": str(release.folder),
            "kubectl": [str(release.kubectl.program), str(release.kubectl.kubeconfig)],
            "context": release.kubectl.context,
        }
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.pulumi_run", argument],
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        assert any("Waiting for app" in line for line in running.stdout)
        children = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGKILL)
        for child in children:
            child.kill()
        running.wait()
