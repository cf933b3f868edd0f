"""Findings on the stack's own objects: changed, added to, or gone."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from plumb.drift import field
from plumb.drift.finding import Author, Deed, Finding
from plumb.drift.manager import author, foreign, is_engine
from plumb.drift.secrecy import hidden
from plumb.drift.trial import Trial
from plumb.engine.plan import FieldChange
from plumb.engine.report import leaves
from plumb.kube.kubectl import Kubectl
from plumb.render.manifest import identity

_NOTES_OF_TOOLS = (
    'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
    'metadata.annotations["kubernetes.io/change-cause"]',
    'metadata.annotations["deployment.kubernetes.io/',
    'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]',
)
"""What tools note down and no behaviour follows from; every restart leaves the last one."""

_REPLICAS = "spec.replicas"
"""Unstated where an autoscaler or Flagger sets it."""

_LOSSES = {
    "PersistentVolumeClaim": "made anew it is empty: its data went with it",
    "StatefulSet": "its claims stayed, and the new one takes them over",
    "Namespace": "everything that was in it went with it",
}
"""What it means that an object of a kind is gone."""


def findings(kubectl: Kubectl, trial: Trial) -> Iterator[Finding]:
    """Yield what one object of the stack differs in."""
    if trial.live is None:
        yield _gone(trial)
        return
    yield from _changed(kubectl, trial, trial.live)
    yield from _added(trial, trial.live)


def _gone(trial: Trial) -> Finding:
    refusal = trial.refusal
    return Finding(
        kind="gone",
        object=identity(trial.stated),
        note=_LOSSES.get(trial.stated["kind"], ""),
        up="refuse" if refusal else "make",
        why=refusal.reason if refusal else "",
    )


def _changed(kubectl: Kubectl, trial: Trial, live: dict[str, Any]) -> Iterator[Finding]:
    authors = {each.path: field.last_author(live, each.path) for each in trial.changes}
    contested = {by for each in trial.changes if _is_contested(trial, by := authors[each.path])}
    for leaf in leaves(trial.changes):
        path = leaf.field.path
        by = authors[path]
        deed, why = _deed(trial, leaf.field, by)
        within = leaf.within.path if leaf.within else ""
        yield Finding(
            kind="changed",
            object=identity(live),
            path=path,
            within=within,
            stated=hidden(path, within, leaf.value.after),
            live=hidden(path, within, leaf.value.before),
            note=_note(by),
            by=by,
            up=deed,
            why=why,
            command=_release_command(kubectl, live, contested) if deed == "conflict" else (),
        )


def _note(by: Author | None) -> str:
    if by is None:
        return ""
    return "the stack file has changed since the last `up`" if is_engine(by) else ""


def _deed(trial: Trial, change: FieldChange, by: Author | None) -> tuple[Deed, str]:
    if trial.refusal is None:
        return ("remove" if change.after is None else "put back"), ""
    if not _is_conflict(trial):
        return "refuse", trial.refusal.reason
    if by and _is_contested(trial, by):
        return "conflict", f"the field belongs to {by.manager} now"
    return "put back", "once the contested fields are given back"


def _is_conflict(trial: Trial) -> bool:
    return trial.refusal is not None and "belongs to the field manager" in trial.refusal.reason


def _is_contested(trial: Trial, by: Author | None) -> bool:
    """Return whether the server named this manager as who is in the way."""
    said = trial.refusal.reason if trial.refusal else ""
    return by is not None and f"belongs to the field manager '{by.manager}'" in said


def _release_command(
    kubectl: Kubectl, live: dict[str, Any], contested: Collection[Author | None]
) -> tuple[str, ...]:
    """Return the command that deletes managers' entries, the last first, each guarded by its name.

    The values stay as they are; nobody owns them then, and `up` meets no conflict.
    """
    held = list(enumerate(live["metadata"]["managedFields"]))
    patch = [
        step
        for index, entry in reversed(held)
        if author(entry) in contested
        for step in _removal(f"/metadata/managedFields/{index}", entry["manager"])
    ]
    metadata = live["metadata"]
    where = ["--namespace", metadata["namespace"]] if "namespace" in metadata else []
    thing = (live["kind"].lower(), metadata["name"], *where)
    return tuple(kubectl.command("patch", *thing, "--type=json", f"--patch={json.dumps(patch)}"))


def _removal(place: str, manager: str) -> list[dict[str, str]]:
    return [
        {"op": "test", "path": f"{place}/manager", "value": manager},
        {"op": "remove", "path": place},
    ]


def _added(trial: Trial, live: dict[str, Any]) -> Iterator[Finding]:
    changed = [each.path for each in trial.changes]
    seen: set[str] = set()
    for entry in foreign(live):
        for owned in field.unstated(live, entry, trial.stated):
            if owned.path in seen or not _counts(owned.path, changed):
                continue
            seen.add(owned.path)
            yield Finding(
                kind="added",
                object=identity(live),
                path=owned.path,
                live=hidden(owned.path, "", owned.value),
                by=field.last_author(live, owned.path) or author(entry),
                up="leave",
                why="the program states nothing there",
            )


def _counts(path: str, changed: list[str]) -> bool:
    """Leave out what is told already, what only tools read, and what is a controller's to set."""
    told = any(path == each or field.is_below(path, each) for each in changed)
    return not told and path != _REPLICAS and not path.startswith(_NOTES_OF_TOOLS)
