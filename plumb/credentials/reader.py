"""Which pods read a Secret, and which of them started before it last changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plumb.rollout.snapshot import Object, Snapshot
from profiles import contract

KINDS = ("deployments", "statefulsets", "replicasets", "pods")
"""Kinds that tell who reads what."""

READ_ANNOTATION = "plumbline.dev/secrets-read-at"
"""Annotation of a pod that has read its Secrets' files anew since it started: how new they were."""

_FIRST_START = frozenset({"POSTGRES_PASSWORD"})
"""Variables that an image reads on its first start alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A workload whose pods read Secrets that have changed."""

    title: str
    """Its name as kubectl takes it: `deployment/orchestrator`."""
    component: str
    """Component of the stack that it is."""
    secrets: frozenset[str]
    """The Secrets."""


def readers(snapshot: Snapshot, secrets: Iterable[str]) -> list[Reader]:
    """Return the workloads with pods that read one of these Secrets."""
    wanted = frozenset(secrets)
    return _found(snapshot, lambda pod: read_by(pod["spec"]) & wanted)


def outdated(snapshot: Snapshot, changed: Mapping[str, str]) -> list[Reader]:
    """Return the workloads with pods that started before a Secret of theirs got its values.

    `changed` gives, by Secret, when that was, as ISO 8601.
    """

    def older(pod: Object) -> frozenset[str]:
        notes = pod["metadata"].get("annotations", {})
        since = max(_started(pod), notes.get(READ_ANNOTATION, ""))
        names = read_by(pod["spec"])
        return frozenset(name for name in names if since and since < changed.get(name, ""))

    return _found(snapshot, older)


def read_by(pod: Object) -> frozenset[str]:
    """Return the Secrets that a pod's spec has in variables and volumes."""
    containers = [*pod.get("initContainers", []), *pod["containers"]]
    named = {name for each in containers for name in _variables(each)}
    return frozenset(named | {name for each in pod.get("volumes", []) for name in _volume(each)})


def _found(snapshot: Snapshot, test: Callable[[Object], frozenset[str]]) -> list[Reader]:
    found = []
    for workload in (*snapshot.of("Deployment"), *snapshot.of("StatefulSet")):
        secrets = frozenset[str]().union(*map(test, snapshot.pods_of(workload)))
        if secrets:
            labels = workload["spec"]["template"]["metadata"].get("labels", {})
            found.append(
                Reader(
                    title=f"{workload['kind'].lower()}/{workload['metadata']['name']}",
                    component=labels.get(contract.COMPONENT_LABEL, ""),
                    secrets=secrets,
                )
            )
    return found


def _started(pod: Object) -> str:
    """Return when the first of a pod's containers started; empty where none has."""
    states = pod.get("status", {}).get("containerStatuses") or []
    times = [each.get("state", {}).get("running", {}).get("startedAt") for each in states]
    return min(filter(None, times), default="")


def _variables(container: Object) -> Iterator[str]:
    for variable in container.get("env", []):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference and variable["name"] not in _FIRST_START:
            yield reference["name"]
    for source in container.get("envFrom", []):
        if "secretRef" in source:
            yield source["secretRef"]["name"]


def _volume(volume: Object) -> Iterator[str]:
    if "secret" in volume:
        yield volume["secret"]["secretName"]
    for source in volume.get("projected", {}).get("sources", []):
        if "secret" in source:
            yield source["secret"]["name"]
