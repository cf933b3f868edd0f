"""A stack as it looks in a cluster when all is well, for tests to break one thing of it."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from plumb.engine.engine import EngineStatus, Release
from plumb.rollout.snapshot import REVISION, Snapshot
from plumb.status.answer import Answer
from plumb.status.row import Row
from plumb.status.status import rows
from plumb.status.view import View, serving_name
from tests.plumb.rollout.releases import release_of_stack

Object = dict[str, Any]

PODS = 3
WELL = EngineStatus(revision=7, state="deployed", changed="2026-01-01T12:00:00Z")


@dataclass(slots=True)
class Fleet:
    """A stack's release, its objects in a cluster, and what its pods say."""

    release: Release
    """The stack."""
    objects: list[Object] = field(default_factory=list)
    """What is in the cluster; tests change it."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """What the serving pods say; tests change it."""
    engine: EngineStatus = WELL
    """What the engine remembers."""

    def find(self, kind: str, name: str) -> Object:
        """Return an object."""
        return next(
            each
            for each in self.objects
            if (each["kind"], each["metadata"]["name"]) == (kind, name)
        )

    def remove(self, kind: str, name: str) -> None:
        """Take an object out of the cluster."""
        self.objects.remove(self.find(kind, name))

    def rows(self) -> dict[str, Row]:
        """Return the status' rows by their subject."""
        snapshot = Snapshot(tuple(self.objects))
        view = View(release=self.release, snapshot=snapshot, answers=self.answers)
        return {row.subject: row for row in rows(view, self.engine, "helm")}


def fleet(stack: str = "production") -> Fleet:
    """Return a stack in step with its file, with three pods that serve."""
    release = release_of_stack(stack)
    made = Fleet(release)
    for manifest in release.rendered.manifests:
        made.objects += _live(manifest.body)
    service = release.profile.workload.name
    primary = _flagger(made, service)
    made.objects += _replica_set_and_pods(primary, "pod", PODS)
    config_hash = release.rendered.outputs["config_hash"]
    for each in made.objects:
        if each["kind"] == "Pod" and each["metadata"]["labels"]["app"] == f"{service}-primary":
            info = {"config_hash": config_hash, "overrides": []}
            health: Object = {"status": "pass", "checks": {}}
            made.answers[each["metadata"]["name"]] = Answer(info, health)
    return made


def _live(body: Object) -> Iterator[Object]:
    kind, name = body["kind"], body["metadata"]["name"]
    live = copy.deepcopy(body)
    live["metadata"] |= {"uid": f"{kind}/{name}", "generation": 1}
    live["status"] = {"observedGeneration": 1}
    yield live
    if kind == "PersistentVolumeClaim":
        live["status"] = {"phase": "Bound"}
    if kind == "Deployment":
        live["metadata"]["annotations"] = {REVISION: "1"}
        live["status"] |= _counts(1)
        yield from _replica_set_and_pods(live, name, 1)
    if kind == "StatefulSet":
        live["status"] |= {**_counts(1), "updateRevision": "1"}
        yield from _claims(live)
        yield _pod(live, f"{name}-0")


def _claims(live: Object) -> Iterator[Object]:
    for template in live["spec"].get("volumeClaimTemplates", []):
        name = f"{template['metadata']['name']}-{live['metadata']['name']}-0"
        metadata = {"name": name, "uid": name}
        spec = copy.deepcopy(template["spec"])
        status = {"phase": "Bound"}
        yield {
            "kind": "PersistentVolumeClaim",
            "metadata": metadata,
            "spec": spec,
            "status": status,
        }


def _flagger(made: Fleet, service: str) -> Object:
    """Do what Flagger does: a Deployment that serves and its autoscaler, the target at zero."""
    target = made.find("Deployment", service)
    target["spec"]["replicas"] = 0
    target["status"] |= _counts(0)
    gone = f"{service}-set"
    made.objects = [each for each in made.objects if not _is_of(each, gone)]
    name = serving_name(made.release.profile)
    primary = copy.deepcopy(target)
    primary["metadata"] |= {"name": name, "uid": name, "annotations": {REVISION: "1"}}
    primary["spec"]["replicas"] = PODS
    primary["spec"]["template"]["metadata"]["labels"]["app"] = name
    primary["status"] |= _counts(PODS)
    scaler = copy.deepcopy(made.find("HorizontalPodAutoscaler", service))
    scaler["metadata"]["name"] = name
    scaler["status"] = {"currentReplicas": PODS}
    budget = made.find("PodDisruptionBudget", name)
    budget["status"] = {"disruptionsAllowed": 1, "currentHealthy": PODS}
    made.find("Canary", service)["status"] = {"phase": "Succeeded"}
    made.objects += [primary, scaler]
    return primary


def _is_of(thing: Object, replica_set: str) -> bool:
    owners = thing["metadata"].get("ownerReferences", [])
    return any(each["uid"] == replica_set for each in owners)


def _counts(replicas: int) -> dict[str, int]:
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return dict.fromkeys(names, replicas)


def _replica_set_and_pods(deployment: Object, name: str, pods: int) -> Iterator[Object]:
    own = f"{name}-set"
    metadata = {"name": own, "uid": own, "annotations": {REVISION: "1"}}
    owner = {"ownerReferences": [{"uid": deployment["metadata"]["uid"]}]}
    yield {"kind": "ReplicaSet", "metadata": metadata | owner, "status": {}}
    for number in range(pods):
        made = _pod(deployment, f"{name}-{number}")
        made["metadata"]["ownerReferences"] = [{"uid": own}]
        yield made


def _pod(workload: Object, name: str) -> Object:
    template = copy.deepcopy(workload["spec"]["template"])
    containers = template["spec"]["containers"]
    return {
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "name": name,
            "uid": name,
            "labels": {**template["metadata"]["labels"], "controller-revision-hash": "1"},
            "ownerReferences": [{"uid": workload["metadata"]["uid"]}],
        },
        "spec": template["spec"] | {"nodeName": "n1"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {"name": each["name"], "ready": True, "state": {}, "imageID": "sha256:aa"}
                for each in containers
            ],
        },
    }
