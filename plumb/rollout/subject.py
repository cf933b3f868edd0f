"""What a stack waits for: its Deployments and StatefulSets, or the Canary in front of one."""

import re
from dataclasses import dataclass

from plumb.engine.engine import Release
from plumb.render import Manifest

KINDS = ("deployments", "statefulsets", "replicasets", "pods", "events", "persistentvolumeclaims")
"""Kinds that tell how a rollout goes."""

CANARIES = "canaries.flagger.app"
"""Kind that is asked for too where Flagger rolls out; elsewhere a cluster may not know it."""

_WORKLOADS = ("Deployment", "StatefulSet")

_DEADLINE_SECONDS = 600
"""Kubernetes' own progressDeadlineSeconds, where a workload states none."""

_MARGIN_SECONDS = 30
"""Time beyond a deadline in which Kubernetes, or Flagger, says itself that it has passed."""

_DURATION = re.compile(r"(\d+)([hms])")
_UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing to wait for."""

    kind: str
    """`Deployment`, `StatefulSet` or `Canary`."""
    name: str
    """Its name; a Canary has its Deployment's."""
    floor: int
    """Fewest pods that its autoscaler will set; 0 where it has none."""
    deadline_seconds: int
    """Time without any progress after which it has failed, in seconds."""
    after: tuple[str, ...]
    """Titles of the subjects that it needs to be ready."""

    @property
    def title(self) -> str:
        """Its name as kubectl takes it: `deployment/orchestrator`."""
        return f"{self.kind.lower()}/{self.name}"


def subjects(release: Release) -> tuple[Subject, ...]:
    """Return what a release waits for, each after those that it needs."""
    manifests = {each.identity: each for each in release.rendered.manifests}
    canaries = {
        each.body["spec"]["targetRef"]["name"]: each
        for each in manifests.values()
        if each.kind == "Canary"
    }
    found = [
        _subject(each, manifests, canaries.get(each.name))
        for each in manifests.values()
        if each.kind in _WORKLOADS and each.namespace == release.namespace
    ]
    # A Canary is where its Deployment is, which may be before Flagger's own.
    return tuple(sorted(found, key=lambda each: each.kind == "Canary"))


def kinds(awaited: tuple[Subject, ...]) -> tuple[str, ...]:
    """Return the kinds to ask for, as kubectl takes them."""
    has_canary = any(subject.kind == "Canary" for subject in awaited)
    return (*KINDS, CANARIES) if has_canary else KINDS


def seconds(duration: str) -> int:
    """Return the seconds of a duration as Go and Flagger write it: `1h2m3s`."""
    return sum(int(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION.findall(duration))


def _subject(made: Manifest, manifests: dict[str, Manifest], canary: Manifest | None) -> Subject:
    # Flagger itself is one of those that a Canary needs.
    names = {*made.depends_on, *(canary.depends_on if canary else ())} - {made.identity}
    needs = [manifests[name] for name in sorted(names) if name in manifests]
    return Subject(
        kind=canary.kind if canary else made.kind,
        name=canary.name if canary else made.name,
        floor=_floor(made, manifests),
        deadline_seconds=_deadline_seconds(canary or made),
        after=tuple(
            f"{each.kind.lower()}/{each.name}" for each in needs if each.kind in _WORKLOADS
        ),
    )


def _floor(made: Manifest, manifests: dict[str, Manifest]) -> int:
    for each in manifests.values():
        if each.kind == "HorizontalPodAutoscaler":
            target = each.body["spec"]["scaleTargetRef"]
            if (target["kind"], target["name"]) == (made.kind, made.name):
                return int(each.body["spec"].get("minReplicas", 1))
    return 0


def _deadline_seconds(made: Manifest) -> int:
    stated = made.body["spec"].get("progressDeadlineSeconds")
    if stated is not None:
        return int(stated) + _MARGIN_SECONDS
    if made.timeout:
        return seconds(made.timeout)
    return _DEADLINE_SECONDS + _startup_seconds(made) + _MARGIN_SECONDS


def _startup_seconds(made: Manifest) -> int:
    """Return the longest time that the startup probes of a workload's pods grant."""
    pod = made.body["spec"]["template"]["spec"]
    probes = [each.get("startupProbe", {}) for each in pod["containers"]]
    spans = [each.get("failureThreshold", 0) * each.get("periodSeconds", 10) for each in probes]
    return int(max(spans, default=0))
