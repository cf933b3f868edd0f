"""The Helm engine on a real cluster; no pod needs to run for it."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from plumb.engine.engine import EngineStatus, RefusedError, Release
from plumb.engine.helm import HelmEngine
from plumb.engine.plan import Plan
from plumb.engine.release import RECORDS_NAMESPACE, release_name
from plumb.kube.kubectl import Kubectl
from plumb.local.cluster import Cluster
from plumb.render import write_chart
from profiles.load import load_profile
from profiles.named import merged
from tests.infra.edit import edited
from tests.stacks import profile_json, stack_files

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

Edit = Callable[[dict[str, Any]], dict[str, Any] | None]

_SETTINGS = "ConfigMap/bio-mcp-orchestrator-thresholds"
_WORKLOAD = "Deployment/bio-mcp-orchestrator"
_CLAIM = "PersistentVolumeClaim/orchestrator-checkpoints"


@pytest.fixture(scope="module")
def engine(cluster: Cluster) -> HelmEngine:
    """Give the engine; it gives another's run up after two seconds."""
    return HelmEngine(cluster.helm_program, patience_seconds=2)


@pytest.fixture(scope="module")
def make(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Release]:
    """Give a function that makes a release of the development stack, edited, under a name."""
    folder = tmp_path_factory.mktemp("releases")
    kubectl = Kubectl(
        program=cluster.kubectl_program, context=cluster.context, kubeconfig=cluster.kubeconfig
    )

    def release(name: str, **sections: Any) -> Release:
        place = {"namespace": f"engine-{name}"} | sections.pop("cluster", {})
        stated = {"cluster": place} | sections
        text = json.dumps(merged(json.loads(profile_json("development")), stated))
        return Release(
            file=replace(stack_files()["development"], stack=name),
            profile=load_profile(text),
            rendered=edited("development", **stated),
            kubectl=kubectl,
            folder=folder / name,
        )

    return release


@pytest.fixture(scope="module")
def first(make: Callable[..., Release]) -> Release:
    """Give a stack that never was there."""
    return make("first")


@pytest.fixture(scope="module")
def installed(engine: HelmEngine, make: Callable[..., Release]) -> Iterator[Release]:
    """Give a stack that is there; takes it down at the end and finds nothing left."""
    release = make("main")
    _up(engine, release)
    yield release
    assert engine.down(release, print) == ()
    assert release.kubectl.get("namespace", release.namespace) is None
    assert engine.status(release) == EngineStatus(revision=0, state="", changed="")
    assert engine.down(release, print) == ()


@pytest.fixture
def stack(engine: HelmEngine, installed: Release) -> Iterator[Release]:
    """Give the stack that is there, and bring it back in step afterwards."""
    yield installed
    _up(engine, installed)


def _up(engine: HelmEngine, release: Release) -> Plan:
    plan = engine.preview(release)
    engine.up(release, plan, print)
    return plan


def _with(release: Release, edit: Edit) -> Release:
    """Return a release whose objects were edited; without those for which it gives None."""
    bodies = [(each, edit(deepcopy(each.body))) for each in release.rendered.manifests]
    manifests = tuple(replace(each, body=body) for each, body in bodies if body)
    return replace(release, rendered=replace(release.rendered, manifests=manifests))


def _versions(release: Release) -> dict[str, str]:
    """Return the version of every object that a change would touch."""
    found = release.kubectl.objects("configmaps,deployments,services,pvc", release.namespace)
    return {
        f"{each['kind']}/{each['metadata']['name']}": each["metadata"].get("generation")
        or each["metadata"]["resourceVersion"]
        for each in found
        if each["kind"] != "PersistentVolumeClaim"
    }


def _actions(plan: Plan) -> dict[str, str]:
    return {change.identity: change.action for change in plan.changes}


def test_a_first_preview_tries_everything_without_a_namespace(
    engine: HelmEngine, first: Release
) -> None:
    """The server has taken all objects, and not even the namespace is there afterwards."""
    plan = engine.preview(first)
    assert set(_actions(plan).values()) == {"create"}
    assert len(plan.changes) == len(first.rendered.manifests)
    assert first.kubectl.get("namespace", first.namespace) is None


def test_a_first_preview_finds_what_is_refused(engine: HelmEngine, first: Release) -> None:
    """Every refusal is told, not only the first, although the namespace is yet to be made."""

    def wrong(body: dict[str, Any]) -> dict[str, Any]:
        if body["kind"] == "Deployment":
            body["spec"]["nonsense"] = 1
        return body | ({"apiVersion": "no.such/v1"} if body["kind"] == "ConfigMap" else {})

    with pytest.raises(RefusedError) as caught:
        engine.preview(_with(first, wrong))
    assert f"{_WORKLOAD}: .spec.nonsense: field not declared in schema" in str(caught.value)
    assert f"{_SETTINGS}: the cluster knows no ConfigMap of no.such/v1" in str(caught.value)


def test_a_second_run_changes_nothing(engine: HelmEngine, installed: Release) -> None:
    """An empty plan makes no revision; what the stack exports is read back from the cluster."""
    plan = engine.preview(installed)
    assert plan == Plan(changes=(), unchanged=len(installed.rendered.manifests))
    before = engine.status(installed)
    engine.up(installed, plan, print)
    assert engine.status(installed) == before
    assert before.state == "deployed"
    assert engine.outputs(installed) == installed.rendered.outputs


def test_a_threshold_edit_changes_the_settings_and_the_pods_annotation(
    engine: HelmEngine, stack: Release, make: Callable[..., Release]
) -> None:
    """Nothing else is touched: the ConfigMap in place, and the hash that rolls the pods."""
    version = _versions(stack)[_SETTINGS]
    plan = _up(engine, make("main", health={"check_interval_seconds": 20}))
    fields = {change.identity: [field.path for field in change.fields] for change in plan.changes}
    annotation = 'spec.template.metadata.annotations["plumbline.dev/config-hash"]'
    assert fields == {_SETTINGS: ['data["service.json"]'], _WORKLOAD: [annotation]}
    assert {change.action for change in plan.changes} == {"update"}
    assert _versions(stack)[_SETTINGS] != version


def test_what_leaves_the_stack_is_removed_unless_it_is_kept(
    engine: HelmEngine, stack: Release
) -> None:
    """Pruning goes by exact identity; what carries Helm's policy stays and is told."""
    _keep = ("annotate", "configmap", _SETTINGS.partition("/")[2], "-n", stack.namespace)
    stack.kubectl.run(*_keep, "helm.sh/resource-policy=keep")
    leaving = {"Service/bio-mcp-orchestrator-service": "delete", _SETTINGS: "keep"}
    names = {each.partition("/")[2] for each in leaving}
    smaller = _with(stack, lambda body: None if body["metadata"]["name"] in names else body)
    assert _actions(_up(engine, smaller)) == leaving
    assert _SETTINGS in _versions(stack)
    assert "Service/bio-mcp-orchestrator-service" not in _versions(stack)
    assert engine.preview(smaller).changes == ()
    stack.kubectl.run(*_keep, "helm.sh/resource-policy-")


def test_an_immutable_change_is_refused_with_the_way_and_nothing_changed(
    engine: HelmEngine, installed: Release
) -> None:
    """Other changes of the same run are not made either."""

    def edit(body: dict[str, Any]) -> dict[str, Any]:
        if body["kind"] == "Deployment":
            body["spec"]["selector"]["matchLabels"]["tier"] = "x"
            body["spec"]["template"]["metadata"]["labels"]["tier"] = "x"
        if body["kind"] == "ConfigMap":
            body["data"]["more"] = "x"
        return body

    before = _versions(installed)
    with pytest.raises(RefusedError, match="field is immutable") as caught:
        engine.preview(_with(installed, edit))
    assert f"delete deployment bio-mcp-orchestrator --namespace {installed.namespace}" in str(
        caught.value
    )
    assert _versions(installed) == before


def test_a_field_of_another_manager_is_refused_with_its_name(
    engine: HelmEngine, stack: Release
) -> None:
    """Nothing is forced; the way that the refusal names then works."""
    quota = ("resourcequota", "plumbline", "--namespace", stack.namespace)
    by_hand = json.dumps({"spec": {"hard": {"pods": "7"}}})
    stack.kubectl.run("patch", *quota, "--type=merge", "--field-manager=alice", "--patch", by_hand)
    with pytest.raises(RefusedError, match=r"\.spec\.hard\.pods belongs to the field manager 'al"):
        engine.preview(stack)
    _take_back(stack.kubectl, quota)
    assert [each.path for each in engine.preview(stack).changes[0].fields] == ["spec.hard.pods"]


def _take_back(kubectl: Kubectl, thing: tuple[str, ...]) -> None:
    """Do what the refusal says: delete that manager's entry."""
    said = kubectl.run("get", *thing, "--show-managed-fields", "--output", "json")
    managers = [each["manager"] for each in json.loads(said)["metadata"]["managedFields"]]
    path = f"/metadata/managedFields/{managers.index('alice')}"
    patch = json.dumps([{"op": "remove", "path": path}])
    kubectl.run("patch", *thing, "--type=json", "--patch", patch)


def test_another_engines_stack_is_left_alone(
    engine: HelmEngine, make: Callable[..., Release]
) -> None:
    """Neither preview nor down touches what Pulumi applied."""
    release = make("pulumis")
    namespace = release.rendered.manifests[0].body
    release.kubectl.apply([namespace], manager="pulumi-kubernetes-1a2b", doing="preparing")
    with pytest.raises(RefusedError, match="belongs to Pulumi"):
        engine.preview(release)
    with pytest.raises(RefusedError, match="belongs to Pulumi"):
        engine.down(release, print)
    assert release.kubectl.get("namespace", release.namespace)
    release.kubectl.run("delete", "namespace", release.namespace, "--wait=false")


def test_a_run_that_was_killed_is_taken_up(engine: HelmEngine, stack: Release) -> None:
    """Helm itself would refuse every later run, and never prune what the killed one made."""

    def renamed(body: dict[str, Any]) -> dict[str, Any]:
        if body["kind"] == "ConfigMap":
            body["metadata"]["name"] = "extra"
        if body["kind"] == "Deployment":  # ready pods would end Helm's wait before it is killed
            body["spec"]["template"]["spec"]["nodeSelector"] = {"plumbline.dev/none": "such"}
        return body

    other = _with(stack, renamed)
    _kill_helm(engine, other)
    assert engine.status(stack).state == "pending-upgrade"
    assert "ConfigMap/extra" in _versions(stack)
    told: list[str] = []
    plan = engine.preview(stack)
    engine.up(stack, plan, told.append)
    mended = {"ConfigMap/extra": "delete", _SETTINGS: "create"}
    assert mended.items() <= _actions(plan).items()
    assert set(_actions(plan).values()) == {"create", "delete", "update"}
    assert "was interrupted (pending-upgrade)" in " ".join(told)
    assert engine.status(stack).state == "deployed"
    assert "ConfigMap/extra" not in _versions(stack)
    assert engine.preview(stack).changes == ()


def _kill_helm(engine: HelmEngine, release: Release) -> None:
    """Kill a Helm that has applied everything and waits for pods that never run."""
    chart = release.folder / "killed"
    write_chart(release.rendered, chart)
    where = ["--kubeconfig", release.kubectl.kubeconfig, "--kube-context", release.kubectl.context]
    options = ["--namespace", RECORDS_NAMESPACE, "--server-side=true", "--wait"]
    command = [engine.program, "upgrade", release_name(release), chart, *options, *where]
    running = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    while "ConfigMap/extra" not in _versions(release) or _SETTINGS in _versions(release):
        assert running.poll() is None
        time.sleep(0.2)
    running.send_signal(signal.SIGKILL)
    running.wait()


def test_what_holds_data_outlives_the_stack(
    engine: HelmEngine, make: Callable[..., Release]
) -> None:
    """Namespace and claim stay and are told; the next stack of that name takes them over."""
    release = make("kept", cluster={"retain_data": True})
    engine.prepare(release)
    plan = _up(engine, release)
    assert "Namespace/engine-kept" not in _actions(plan)
    kept = engine.down(release, print)
    assert kept == ("Namespace/engine-kept", _CLAIM)
    assert engine.down(release, print) == kept
    again = _actions(engine.preview(release))
    assert not {*kept} & {*again}, again
    assert again[_WORKLOAD] == "create"
    release.kubectl.run("delete", "namespace", release.namespace, "--wait=false")
