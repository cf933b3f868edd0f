"""Which engine owns a stack on a cluster, read from the cluster alone."""

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from plumb.engine.engine import EngineName, RefusedError, Release
from plumb.engine.live import Key, key, live
from plumb.kube.kubectl import Kubectl
from plumb.render.manifest import identity
from profiles.contract import PART_OF_LABEL, PROJECT

MANAGERS: dict[EngineName, str] = {"helm": "helm", "pulumi": "pulumi-kubernetes"}
"""What the names of the engines' field managers start with."""

_TITLES: dict[EngineName, str] = {"helm": "Helm", "pulumi": "Pulumi"}

Live = Mapping[Key, dict[str, Any]]


def owners(body: dict[str, Any]) -> frozenset[EngineName]:
    """Return the engines that manage fields of an object."""
    managers = _managers(body)
    return frozenset(
        engine
        for engine, start in MANAGERS.items()
        if any(manager.startswith(start) for manager in managers)
    )


def present_engine(release: Release) -> EngineName | None:
    """Return the engine that deployed the stack; None where it is not there.

    Its settings tell: every stack has them, and they are never kept when it goes down.
    """
    settings = [each.body for each in release.rendered.manifests if each.kind == "ConfigMap"]
    found = live(release.kubectl, settings).values()
    return next((engine for body in found for engine in sorted(owners(body))), None)


def refuse_switch(release: Release, wanted: EngineName, found: Live | None = None) -> None:
    """Raise RefusedError where the stack is another engine's, or its objects are somebody else's.

    What was kept when a stack went down (it is marked so in the program) belongs to no engine any
    more, and the next one takes it over. `found` is what the cluster has, for those who know it.
    """
    if found is None:
        found = live(release.kubectl, (each.body for each in release.rendered.manifests))
    _refuse_ending(release, found)
    refuse_other_engine(release, wanted, found)
    foreign = [body for body in _of_stack(release, found) if _is_foreign(body)]
    if foreign:
        raise RefusedError(_foreign_text(release.kubectl, foreign))


def _refuse_ending(release: Release, found: Live) -> None:
    for body in _of_stack(release, found):
        if body["kind"] == "Namespace" and "deletionTimestamp" in body["metadata"]:
            name, kubectl = body["metadata"]["name"], release.kubectl
            wait = kubectl.command("wait", "--for=delete", f"namespace/{name}", "--timeout=5m")
            raise RefusedError(
                f"the namespace {name} on {kubectl.context} is being deleted, and takes nothing "
                f"new\n  → wait until it is gone, then run this again:\n    {shlex.join(wait)}"
            )


def refuse_other_engine(release: Release, wanted: EngineName, found: Live) -> None:
    """Raise RefusedError where an object that would go with the stack is another engine's alone."""
    removable = (each.body for each in release.rendered.manifests if not each.retain)
    for body in (found[key(each)] for each in removable if key(each) in found):
        engines = owners(body)
        if engines and wanted not in engines:
            raise RefusedError(_switch_text(release, body, wanted, next(iter(engines))))


def _switch_text(
    release: Release, body: dict[str, Any], wanted: EngineName, present: EngineName
) -> str:
    stack, context = release.file.stack, release.kubectl.context
    retain = "true: namespace and claims stay"
    data = retain if release.profile.cluster.retain_data else "false: its data goes with it"
    return (
        f"{stack} on {context} belongs to {_TITLES[present]} ({identity(body)} is managed by "
        f"{', '.join(sorted(_managers(body)))}); {_TITLES[wanted]} leaves it alone.\n"
        f"  → go on with `--engine {present}`, or give it to {_TITLES[wanted]}: take it down with "
        f"`plumb down {stack} --engine {present}` (cluster.retain_data is {data}), then\n"
        f"    `plumb up {stack} --engine {wanted}`, each with the same --target or --context"
    )


def _is_foreign(body: dict[str, Any]) -> bool:
    """Return whether no engine made an object and nobody marked it as the project's."""
    marked = body["metadata"].get("labels", {}).get(PART_OF_LABEL) == PROJECT
    return not marked and not owners(body)


def _foreign_text(kubectl: Kubectl, foreign: Iterable[dict[str, Any]]) -> str:
    lines = [f"{kubectl.context} has objects of these names that no engine of ours made:"]
    for body in foreign:
        metadata = body["metadata"]
        where = ["--namespace", metadata["namespace"]] if "namespace" in metadata else []
        mark = f"{PART_OF_LABEL}={PROJECT}"
        label = kubectl.command("label", body["kind"].lower(), metadata["name"], mark, *where)
        made = ", ".join(sorted(_managers(body))) or "nobody known"
        lines += [
            f"  {identity(body)}, made by {made}; to hand it over:",
            f"    {shlex.join(label)}",
        ]
    return "\n".join(
        [
            *lines,
            "  → choose another `cluster.namespace`, remove them, or hand them over: `plumb down` "
            "then deletes them, and a namespace with all that is in it",
        ]
    )


def _of_stack(release: Release, found: Live) -> list[dict[str, Any]]:
    keys = (key(each.body) for each in release.rendered.manifests)
    return [found[each] for each in keys if each in found]


def _managers(body: dict[str, Any]) -> set[str]:
    """Return who set fields of an object; who reports its status is no manager of it."""
    entries = body["metadata"].get("managedFields", ())
    return {entry["manager"] for entry in entries if not entry.get("subresource")}
