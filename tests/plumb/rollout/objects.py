"""Kubernetes objects as kubectl prints them, as small as a rollout needs them."""

from typing import Any

from plumb.rollout.snapshot import REVISION, Snapshot
from plumb.rollout.subject import Subject

Object = dict[str, Any]

NOON = "2026-01-01T12:00:00Z"
LATER = "2026-01-01T12:05:00Z"


def subject(kind: str = "Deployment", name: str = "web", **over: Any) -> Subject:
    """Return a subject to wait for."""
    values: Object = {"kind": kind, "name": name, "floor": 0, "deadline_seconds": 60, "after": ()}
    return Subject(**{**values, **over})


def deployment(name: str = "web", replicas: int = 1, *, ready: int = 0, **status: Any) -> Object:
    """Return a Deployment at revision 2 whose controller has seen its spec."""
    counts = {"replicas": replicas, "updatedReplicas": replicas}
    seen = {"observedGeneration": 3, "readyReplicas": ready, "availableReplicas": ready}
    return {
        "kind": "Deployment",
        "metadata": {"name": name, "uid": name, "generation": 3, "annotations": {REVISION: "2"}},
        "spec": {"replicas": replicas, "progressDeadlineSeconds": 30, "template": template()},
        "status": {**counts, **seen, **status},
    }


def template(image: str = "app:2", **annotations: str) -> Object:
    """Return a pod template of one container."""
    containers = [{"name": "main", "image": image}]
    return {"metadata": {"annotations": annotations}, "spec": {"containers": containers}}


def replica_set(owner: str = "web", revision: str = "2", **status: Any) -> Object:
    """Return a ReplicaSet of a Deployment."""
    name = f"{owner}-{revision}"
    metadata: Object = {"name": name, "uid": name, "annotations": {REVISION: revision}}
    metadata["ownerReferences"] = [{"uid": owner}]
    return {"kind": "ReplicaSet", "metadata": metadata, "status": status}


def pod(
    state: Object | None = None, *, owner: str = "web-2", ready: bool = False, **over: Any
) -> Object:
    """Return a pod of one container in a state; running and ready unless it says otherwise."""
    name = f"{owner}-{over.pop('suffix', 'a')}"
    container = {"name": "main", "ready": ready, "restartCount": 0, "state": state or {}, **over}
    condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": NOON}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "uid": name, "labels": {}, "ownerReferences": [{"uid": owner}]},
        "spec": {
            "nodeName": "n1",
            "containers": [{"name": "main", "image": "app:2"}],
        },
        "status": {
            "phase": "Running",
            "conditions": [condition],
            "containerStatuses": [container],
        },
    }


def waiting(reason: str, message: str = "") -> Object:
    """Return the state of a container that waits."""
    return {"waiting": {"reason": reason, "message": message}}


def ended(code: int = 1, reason: str = "Error", started: str = NOON) -> Object:
    """Return the state of a container that ended."""
    return {"terminated": {"exitCode": code, "reason": reason, "startedAt": started}}


def unscheduled(message: str) -> Object:
    """Return a pod that the scheduler finds no node for."""
    made = pod()
    made["spec"].pop("nodeName")
    made["status"] = {
        "phase": "Pending",
        "conditions": [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": message,
            }
        ],
    }
    return made


def event(thing: Object, reason: str, message: str, **over: Any) -> Object:
    """Return an event about an object."""
    return {
        "kind": "Event",
        "metadata": {"name": reason},
        "involvedObject": {"uid": thing["metadata"]["uid"]},
        "reason": reason,
        "message": message,
        "lastTimestamp": NOON,
        **over,
    }


def canary(phase: str, **status: Any) -> Object:
    """Return a Canary in a phase."""
    return {
        "kind": "Canary",
        "metadata": {"name": "web", "uid": "canary"},
        "spec": {
            "targetRef": {"name": "web"},
            "analysis": {"interval": "15s", "iterations": 4, "threshold": 2},
        },
        "status": {"phase": phase, **status},
    }


def snapshot(*objects: Object) -> Snapshot:
    """Return a snapshot of these objects."""
    return Snapshot(objects)
