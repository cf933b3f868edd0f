"""The objects of a namespace at one moment, as kubectl printed them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from plumb.kube.kubectl import Kubectl, KubeError

Object = dict[str, Any]
"""A Kubernetes object as JSON."""

REVISION = "deployment.kubernetes.io/revision"
"""Annotation by which a Deployment and its newest ReplicaSet name each other."""

_UNKNOWN_KIND = "the server doesn't have a resource type"
_EVENT_TIMES = ("lastTimestamp", "eventTime", "firstTimestamp")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was in a namespace at one moment."""

    objects: tuple[Object, ...]
    """Objects of all kinds that were asked for."""

    def of(self, kind: str) -> list[Object]:
        """Return the objects of a kind."""
        return [each for each in self.objects if each["kind"] == kind]

    def find(self, kind: str, name: str) -> Object | None:
        """Return the object of that name, or None."""
        return next((each for each in self.of(kind) if each["metadata"]["name"] == name), None)

    def owned(self, kind: str, owner: Object) -> list[Object]:
        """Return the objects of a kind that the owner controls."""
        uid = owner["metadata"]["uid"]
        return [each for each in self.of(kind) if uid in _owners(each)]

    def newest_replica_set(self, deployment: Object) -> Object | None:
        """Return the ReplicaSet of a Deployment's present revision; None before there is one."""
        revision = _annotation(deployment, REVISION)
        owned = self.owned("ReplicaSet", deployment)
        return next((each for each in owned if _annotation(each, REVISION) == revision), None)

    def pods_of(self, workload: Object) -> list[Object]:
        """Return the pods of a Deployment or StatefulSet, of all revisions, but those ending."""
        owners = [workload]
        if workload["kind"] == "Deployment":
            owners = self.owned("ReplicaSet", workload)
        return [pod for owner in owners for pod in self.owned("Pod", owner) if not is_ending(pod)]

    def events_of(self, thing: Object) -> list[Object]:
        """Return what was said of an object, the latest last."""
        uid = thing["metadata"]["uid"]
        events = [each for each in self.of("Event") if each["involvedObject"].get("uid") == uid]
        return sorted(events, key=event_time)


def take(kubectl: Kubectl, namespace: str, kinds: Iterable[str]) -> Snapshot:
    """Return a namespace's objects of these kinds; one run of kubectl. Raises KubeError.

    A custom kind (its name has a dot) that the cluster does not know has no objects there.
    """
    asked = tuple(kinds)
    try:
        return Snapshot(tuple(kubectl.objects(",".join(asked), namespace)))
    except KubeError as error:
        known = tuple(kind for kind in asked if "." not in kind)
        if known == asked or _UNKNOWN_KIND not in error.said:
            raise
    return take(kubectl, namespace, known)


def event_time(event: Object) -> str:
    """Return when an event was last seen, as ISO 8601."""
    times = (event.get(name) for name in _EVENT_TIMES)
    return str(next(filter(None, times), event["metadata"].get("creationTimestamp", "")))


def condition(thing: Object, kind: str) -> Object:
    """Return a condition of an object's status; empty where it has none of that type."""
    conditions: list[Object] = thing.get("status", {}).get("conditions") or []
    return next((each for each in conditions if each["type"] == kind), {})


def is_ready(pod: Object) -> bool:
    """Whether a pod is ready to serve."""
    return condition(pod, "Ready").get("status") == "True"


def is_ending(pod: Object) -> bool:
    """Whether a pod is on its way out, or has been evicted and only its record is left."""
    ended = pod.get("status", {}).get("phase") in ("Failed", "Succeeded")
    return ended or "deletionTimestamp" in pod["metadata"]


def first(objects: Iterable[Object], test: Callable[[Object], bool]) -> Object | None:
    """Return the first object that passes, or None."""
    return next(filter(test, objects), None)


def _owners(thing: Object) -> list[str]:
    return [str(owner["uid"]) for owner in thing["metadata"].get("ownerReferences", [])]


def _annotation(thing: Object, name: str) -> Any:
    return thing["metadata"].get("annotations", {}).get(name)
