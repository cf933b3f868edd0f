"""Looks, before anything is applied, whether the cluster has what the stack rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from plumb.addons import existing
from plumb.addons.definitions import ORIGIN_ANNOTATION, Definitions, fetch
from plumb.addons.discovery import installed, served_kinds
from plumb.addons.error import AddonError
from plumb.addons.group import group_of, managed
from plumb.engine.engine import Release

_MANAGER = "plumb"
"""Field manager of what is installed."""
_ESTABLISHED_SECONDS = 60

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What must be done before a stack can be applied."""

    missing: tuple[Body, ...]
    """Definitions that are managed and not there: they are installed, and stay."""
    notes: tuple[str, ...]
    """What a person should know and need not mend."""

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds that the cluster does not know yet."""
        return frozenset(each["spec"]["names"]["kind"] for each in self.missing)

    def as_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        installs = [f"CustomResourceDefinition/{each['metadata']['name']}" for each in self.missing]
        return {"installs": installs, "notes": list(self.notes)}

    def print(self, console: Console, *, done: bool = False) -> None:
        """Print what is, or would be, installed, and the notes."""
        for body in self.missing:
            origin = body["metadata"]["annotations"][ORIGIN_ANNOTATION]
            verb = "installed" if done else "install"
            console.print(
                f"[green]+[/] {verb} CustomResourceDefinition/{body['metadata']['name']}, "
                f"of {origin}",
                soft_wrap=True,
            )
        for note in self.notes:
            console.print(f"[yellow]![/] {note}", soft_wrap=True)


def check(release: Release) -> Preflight:
    """Return what is to be installed; raises AddonError with everything that is not there."""
    found = [_compared(release, definitions) for definitions in managed(release.profile)]
    missing = tuple(body for bodies, _ in found for body in bodies)
    refused = [*_unknown_kinds(release, missing), *existing.refusals(release)]
    if refused:
        what = "\n".join(f"  {each}" for each in refused)
        raise AddonError(
            f"{release.kubectl.context} lacks what {release.file.stack} rests on; nothing was "
            f"changed:\n{what}"
        )
    notes = [note for _, notes in found for note in notes]
    return Preflight(missing=missing, notes=(*notes, *existing.notes(release)))


def install(release: Release, preflight: Preflight) -> None:
    """Install the missing definitions, and return once the cluster serves their kinds."""
    if not preflight.missing:
        return
    kubectl, doing = release.kubectl, "installing definitions"
    kubectl.apply(preflight.missing, manager=_MANAGER, doing=doing)
    names = (f"customresourcedefinition/{body['metadata']['name']}" for body in preflight.missing)
    options = ("--for=condition=Established", f"--timeout={_ESTABLISHED_SECONDS}s")
    kubectl.run("wait", *options, *names, doing=doing)


def _compared(release: Release, definitions: Definitions) -> tuple[list[Body], list[str]]:
    """Return the definitions that are missing, and what differs of those that are there."""
    wanted = {body["metadata"]["name"]: body for body in fetch(definitions)}
    there = installed(release.kubectl, list(wanted))
    others = sorted(
        name for name, body in there.items() if _schemas(body) != _schemas(wanted[name])
    )
    missing = [body for name, body in wanted.items() if name not in there]
    if not others:
        return missing, []
    origins = {
        there[name]["metadata"].get("annotations", {}).get(ORIGIN_ANNOTATION, "") for name in others
    }
    said = ", ".join(sorted(filter(None, origins))) or "another release"
    return missing, [
        f"the definitions {', '.join(others)} on {release.kubectl.context} are of {said}, not of "
        f"{definitions.origin}; they are left as they are: whoever installed them updates them"
    ]


def _schemas(body: Body) -> dict[str, Any]:
    versions = body["spec"]["versions"]
    return {each["name"]: each.get("schema") for each in versions if each["served"]}


def _unknown_kinds(release: Release, missing: tuple[Body, ...]) -> Iterator[str]:
    """Give what the stack declares and the cluster does not know, and nobody installs."""
    coming = {(each["spec"]["group"], each["spec"]["names"]["kind"]) for each in missing}
    wanted: dict[str, set[str]] = {}
    for manifest in release.rendered.manifests:
        version = str(manifest.body["apiVersion"])
        if group_of(version) and (version.partition("/")[0], manifest.kind) not in coming:
            wanted.setdefault(version, set()).add(manifest.kind)
    for version, kinds in wanted.items():
        group, unknown = group_of(version), kinds - served_kinds(release.kubectl, version)
        if group and unknown:
            names = ", ".join(sorted(unknown))
            yield f"no {names} of {version}, for {group.field}\n    → {group.fix}"
