"""Rollouts on a real cluster: what is waited for, and what is said of what fails."""

import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from rich.console import Console

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from plumb.local.cluster import Cluster
from plumb.local.image import BUSYBOX
from plumb.rollout import RolloutError, explanation, restart, stale, wait
from tests.cluster.workload import deployment
from tests.plumb.rollout.releases import release_of

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

SLEEP = "exec sleep 3600"
NAMESPACE = "rollout"
LATE_SECONDS = 2

Object = dict[str, Any]


def namespace_of(name: str) -> Object:
    """Return a namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def with_secret(name: str, secret: str) -> Object:
    """Return a Deployment that reads a variable from a Secret."""
    made = deployment(name, SLEEP)
    reference = {"secretKeyRef": {"name": secret, "key": "url"}}
    variable = {"name": "URL", "valueFrom": reference}
    made["spec"]["template"]["spec"]["containers"][0]["env"] = [variable]
    return made


def with_cpu(name: str, cpu: str) -> Object:
    """Return a Deployment that asks for a CPU share."""
    made = deployment(name, SLEEP)
    resources = made["spec"]["template"]["spec"]["containers"][0]["resources"]
    resources["requests"]["cpu"] = resources["limits"]["cpu"] = cpu
    return made


def with_image(made: Object, image: str) -> Object:
    """Return a workload with another image."""
    made = json.loads(json.dumps(made))
    made["spec"]["template"]["spec"]["containers"][0]["image"] = image
    return made


def stateful_set(name: str) -> Object:
    """Return a StatefulSet of one sleeping pod."""
    made = deployment(name, SLEEP)
    return {**made, "kind": "StatefulSet", "spec": {**made["spec"], "serviceName": name}}


CRASH = "echo the database said no; exit 3"
QUOTA: Object = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "small"},
    "spec": {"hard": {"limits.cpu": "100m"}},
}
SECRET: Object = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "late"},
    "stringData": {"url": "x"},
}
WORKLOADS = {
    "sound": deployment("sound", SLEEP, replicas=2),
    "imageless": with_image(deployment("imageless", SLEEP), "tests.local/nowhere:1"),
    "crashing": deployment("crashing", CRASH),
    "late": with_secret("late", "late"),
    "huge": with_cpu("huge", "900"),
    "stuck": with_image(stateful_set("stuck"), "tests.local/nowhere:1"),
}
REFUSED = deployment("refused", SLEEP)


class Waits:
    """A wait for each workload, all at the same time: most of each is patience."""

    def __init__(self, kubectl: Kubectl, pool: ThreadPoolExecutor) -> None:
        """Apply everything, and start to wait for it."""
        self.kubectl, self._pool = kubectl, pool
        self._waits: dict[str, Future[str]] = {}
        self.apply(namespace_of(NAMESPACE), namespace_of(f"{NAMESPACE}-quota"))
        self.apply(QUOTA, namespace=f"{NAMESPACE}-quota")
        self.apply(REFUSED, namespace=f"{NAMESPACE}-quota")
        self.apply(*WORKLOADS.values())
        self._start(REFUSED, f"{NAMESPACE}-quota")
        for name in ("sound", "imageless", "crashing", "late", "huge"):
            self._start(WORKLOADS[name], NAMESPACE)
        time.sleep(LATE_SECONDS)
        self.apply(SECRET)

    def apply(self, *bodies: Object, namespace: str = NAMESPACE) -> None:
        """Apply objects."""
        placed = [replace_namespace(body, namespace) for body in bodies]
        self.kubectl.apply(placed, manager="tests", doing="applying")

    def said(self, name: str) -> str:
        """Return what a wait printed; raises what it raised."""
        return self._waits[name].result(timeout=120)

    def again(self, body: Object) -> str:
        """Wait for a workload here and now, and return what was printed."""
        return run_wait(release_of(self.kubectl, NAMESPACE, body))

    def error(self, name: str) -> str:
        """Return the message of a wait that failed."""
        with pytest.raises(RolloutError) as caught:
            self.said(name)
        return str(caught.value)

    def _start(self, body: Object, namespace: str) -> None:
        name = body["metadata"]["name"]
        self._waits[name] = self._pool.submit(run_wait, release_of(self.kubectl, namespace, body))


def replace_namespace(body: Object, namespace: str) -> Object:
    """Return an object in a namespace, unless it is one."""
    if body["kind"] == "Namespace":
        return body
    return {**body, "metadata": {**body["metadata"], "namespace": namespace}}


def run_wait(release: Release) -> str:
    """Wait for objects as `plumb up` does, and return what was printed."""
    text = io.StringIO()
    wait(Console(file=text, width=100), release.kubectl, release)
    return text.getvalue()


@pytest.fixture(scope="module")
def waits(cluster: Cluster) -> Iterator[Waits]:
    """Give all workloads, and a wait for each."""
    kubectl = Kubectl(
        program=cluster.kubectl_program, context=cluster.context, kubeconfig=cluster.kubeconfig
    )
    with ThreadPoolExecutor() as pool:
        yield Waits(kubectl, pool)
    kubectl.run("delete", "namespace", NAMESPACE, f"{NAMESPACE}-quota", "--wait=false")


def test_where_all_is_ready_a_wait_takes_one_look(waits: Waits) -> None:
    """There is one line, and nothing to wait for."""
    assert "✓ deployment/sound 2/2 ready" in waits.said("sound").splitlines()[-1]
    [line] = waits.again(WORKLOADS["sound"]).splitlines()
    assert line.startswith("  ✓ deployment/sound 2/2 ready")


def test_a_crash_is_told_with_the_containers_last_words(waits: Waits) -> None:
    """The exit code, the log of the instance that ended, and that nothing serves."""
    said = waits.error("crashing")
    assert "deployment/crashing, pod crashing-" in said
    assert "container main: the container ends with exit code 3" in said
    assert "  the database said no" in said
    assert "still serving: nothing" in said
    assert "BackOff: Back-off restarting failed container" in said


def test_what_is_wrong_now_can_be_told_without_waiting(waits: Waits) -> None:
    """For an engine that gave up on pods: the same report, at once; nothing where all is well."""
    waits.error("crashing")
    crashing = release_of(waits.kubectl, NAMESPACE, WORKLOADS["crashing"])
    assert "  the database said no" in explanation(waits.kubectl, crashing)
    waits.said("sound")
    sound = release_of(waits.kubectl, NAMESPACE, WORKLOADS["sound"])
    assert explanation(waits.kubectl, sound) == ""


def test_a_missing_image_is_named(waits: Waits) -> None:
    """The reason is the kubelet's, the fix is ours."""
    said = waits.error("imageless")
    assert "the image tests.local/nowhere:1 cannot be had" in said
    assert "what to do: name an image that the nodes can pull" in said


def test_a_pod_without_a_node_repeats_the_scheduler(waits: Waits) -> None:
    """The numbers are the scheduler's own."""
    said = waits.error("huge")
    assert "no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu" in said


def test_a_quota_is_told_with_its_numbers(waits: Waits) -> None:
    """No pod is ever made, so the ReplicaSet's refusal is what there is to tell."""
    said = waits.error("refused")
    assert "exceeded quota: small, requested: limits.cpu=200m" in said
    assert "raise cluster.quota" in said


def test_a_secret_that_comes_late_is_waited_for(waits: Waits) -> None:
    """The kubelet looks again after some seconds; until then the reason is on the screen."""
    said = waits.said("late")
    assert "cannot start (CreateContainerConfigError)" in said
    assert "✓ deployment/late 1/1 ready" in said


def test_an_update_that_fails_says_what_still_serves(waits: Waits) -> None:
    """Pods of the former revision go on, and are counted."""
    waits.said("sound")
    broken = with_image(WORKLOADS["sound"], "tests.local/gone:2")
    waits.apply(broken)
    with pytest.raises(RolloutError, match="still serving: ready pods of the former revision: 2"):
        waits.again(broken)
    waits.apply(WORKLOADS["sound"])
    assert "✓ deployment/sound 2/2 ready" in waits.again(WORKLOADS["sound"])


def test_a_stateful_set_gets_past_a_pod_that_never_started(waits: Waits) -> None:
    """Kubernetes alone would wait for the broken pod for ever."""
    mended = with_image(WORKLOADS["stuck"], BUSYBOX)
    waits.apply(mended)
    said = waits.again(mended)
    assert "pod stuck-0 of the former revision never started: made anew" in said
    assert "✓ statefulset/stuck 1/1 ready" in said


def test_pods_of_an_older_build_are_rolled(waits: Waits) -> None:
    """An image rebuilt under its name reaches the pods; those that run it are left alone."""
    waits.said("late")
    release = release_of(waits.kubectl, NAMESPACE, WORKLOADS["late"])
    query = ("--selector", "app=late")
    [pod] = waits.kubectl.objects("pods", NAMESPACE, *query)
    running = pod["status"]["containerStatuses"][0]["imageID"]
    assert stale(waits.kubectl, release, {BUSYBOX: running}) == []
    found = stale(waits.kubectl, release, {BUSYBOX: "sha256:0123"})
    assert [each.title for each in found] == ["deployment/late"]
    restart(waits.kubectl, release, found)
    wait(Console(file=io.StringIO()), waits.kubectl, release)
    metadata = [each["metadata"] for each in waits.kubectl.objects("pods", NAMESPACE, *query)]
    [name] = [each["name"] for each in metadata if "deletionTimestamp" not in each]
    assert name != pod["metadata"]["name"]
