"""Findings on what Flagger copied from the stack, where a copy no longer follows what was promoted.

Flagger copies at a promotion alone: the Deployment, its autoscaler, and the ConfigMaps and Secrets
that its pods read, each as NAME-primary. While it analyses or promotes, both differ as they should.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from plumb.drift import field
from plumb.drift.finding import Finding
from plumb.drift.secrecy import hidden
from plumb.engine.difference import by_name, differences
from plumb.engine.engine import Release
from plumb.engine.report import leaves
from plumb.render.manifest import identity
from plumb.rollout.canary import plain
from plumb.rollout.subject import CANARIES
from profiles import contract

_SETTLED = frozenset({"Initialized", "Succeeded"})
"""Phases in which what serves is what was promoted, and that is what the stack declares."""

_AT_REST = _SETTLED | {"Failed"}
"""Phases in which Flagger keeps the Deployment that it analyses at no pods."""

_WHY = "Flagger copies anew at the next promotion, and not before"

Object = dict[str, Any]


def findings(release: Release, found: Sequence[Object]) -> Iterator[Finding]:
    """Yield what copies differ in from their sources; nothing while an analysis is under way."""
    there = {(each["kind"], each["metadata"]["name"]): each for each in found}
    for name in _targets(release):
        target, phase = there.get(("Deployment", name)), _phase(name, found)
        if target and phase in _AT_REST:
            yield from _at_rest(target)
        if phase in _SETTLED:
            for source in _sources(release, name, there):
                yield from _copy(source, there)


def is_settled(release: Release, found: Sequence[Object]) -> bool:
    """Return whether Flagger is there and has promoted what the stack declares."""
    return all(_phase(name, found) in _SETTLED for name in _targets(release))


def with_canaries(release: Release, kinds: Sequence[str]) -> Sequence[str]:
    """Return the kinds to ask for; a cluster knows Flagger's only where it is the stack's way."""
    is_flaggers = any(each.kind == "Canary" for each in release.rendered.manifests)
    return (*kinds, CANARIES) if is_flaggers else kinds


def _targets(release: Release) -> list[str]:
    """Return the names of what Flagger takes over: the service, and workers of their own."""
    name = release.profile.workload.name
    return [name, *([name + contract.WORKER_SUFFIX] if release.profile.workers else [])]


def _phase(name: str, found: Sequence[Object]) -> str:
    """Return what Flagger is at with a target; empty where it is not there, or has not begun."""
    for each in found:
        if (each["kind"], each["metadata"]["name"]) == ("Canary", name):
            return str(each.get("status", {}).get("phase", ""))
    return ""


def _at_rest(target: Object) -> Iterator[Finding]:
    replicas = target["spec"].get("replicas", 0)
    if replicas:
        yield Finding(
            kind="added",
            object=identity(target),
            path="spec.replicas",
            live=replicas,
            note="Flagger keeps it at 0 between analyses, and does not scale it down before one",
            by=field.last_author(target, "spec.replicas"),
            why="an autoscaler and Flagger set it, not the program",
        )


def _sources(release: Release, name: str, there: dict[tuple[str, str], Object]) -> Iterator[Object]:
    """Yield the live sources of a target's copies: itself, its autoscaler, and its settings."""
    for each in release.rendered.manifests:
        key = (each.kind, each.name)
        is_copied = key in (("Deployment", name), ("HorizontalPodAutoscaler", name))
        settings = each.kind == "ConfigMap" and _is_read(each.name, release, name)
        settings = settings and _copy_key(*key) in there
        if (is_copied or settings) and key in there:
            yield there[key]


def _is_read(config_map: str, release: Release, name: str) -> bool:
    """Tell whether a target's pods read a ConfigMap: workers have theirs, and the service's not."""
    workers = release.profile.workload.name + contract.WORKER_SUFFIX
    return config_map.startswith(workers) == (name == workers)


def _copy_key(kind: str, name: str) -> tuple[str, str]:
    return kind, name + contract.PRIMARY_SUFFIX


def _copy(source: Object, there: dict[tuple[str, str], Object]) -> Iterator[Finding]:
    kind, name = source["kind"], source["metadata"]["name"]
    copy = there.get(_copy_key(kind, name))
    if copy is None:
        yield Finding(
            kind="copy",
            object=f"{kind}/{name}{contract.PRIMARY_SUFFIX}",
            note="is gone" if kind != "Deployment" else "is gone: nothing serves",
            why="Flagger makes it again at its next look, from what the stack declares",
        )
        return
    wanted, has = (plain(_copied(each)) for each in (source, copy))
    for leaf in leaves(differences(wanted, has, label=by_name)):
        within = leaf.within.path if leaf.within else ""
        path = leaf.field.path
        yield Finding(
            kind="copy",
            object=identity(copy),
            path=path,
            within=within,
            stated=hidden(path, within, leaf.value.before),
            live=hidden(path, within, leaf.value.after),
            note=f"no longer follows {identity(source)}",
            by=field.last_author(copy, path),
            why=_WHY,
        )


def _copied(body: Object) -> Object:
    """Return what Flagger copies of an object, and does not set itself."""
    if body["kind"] == "ConfigMap":
        return {"data": body.get("data") or {}}
    if body["kind"] == "HorizontalPodAutoscaler":
        spec = {name: value for name, value in body["spec"].items() if name != "scaleTargetRef"}
        return {"spec": spec}
    return {"spec": {"template": {"spec": body["spec"]["template"]["spec"]}}}
