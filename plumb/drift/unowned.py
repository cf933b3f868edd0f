"""Findings on objects of the namespace that the stack does not declare, and that are its affair."""

from collections.abc import Iterator, Mapping, Sequence

from plumb.drift.effect import Object, Scene, effect, scene
from plumb.drift.finding import Author, Deed, Finding
from plumb.drift.manager import author, entries
from plumb.engine.engine import Release
from plumb.engine.live import key
from plumb.engine.owner import owners
from plumb.engine.plan import Plan
from plumb.engine.release import is_kept
from plumb.render.manifest import identity
from profiles import contract

KINDS = (
    "configmaps",
    "services",
    "serviceaccounts",
    "deployments",
    "statefulsets",
    "daemonsets",
    "cronjobs",
    "horizontalpodautoscalers",
    "poddisruptionbudgets",
    "networkpolicies",
    "ingresses",
    "roles",
    "rolebindings",
    "resourcequotas",
    "limitranges",
    "persistentvolumeclaims",
)
"""Kinds that a namespace's behaviour hangs on; pods and jobs come and go, Secrets are elsewhere."""


def findings(release: Release, found: Sequence[Object], plan: Plan | None) -> Iterator[Finding]:
    """Yield the objects that look like the stack's, or act on it, and are not declared by it.

    `plan` is what the engine itself would do; null where it refuses, or was not asked.
    """
    declared = {key(each.body)[:2] + key(each.body)[3:] for each in release.rendered.manifests}
    own = scene(release, found)
    leaving = {each.identity: each.action for each in plan.changes} if plan else {}
    for body in found:
        each = key(body)
        if (each.group, each.kind, each.name) in declared or _is_somebodys(body, own):
            continue
        does = effect(own, body)
        if does or _is_marked(body):
            yield _finding(body, does, leaving)


def _finding(body: Object, does: str, leaving: Mapping[str, str]) -> Finding:
    deed: Deed = "remove" if leaving.get(identity(body)) == "delete" else "leave"
    looks = f"carries {contract.PART_OF_LABEL}={contract.PROJECT}" if _is_marked(body) else ""
    return Finding(
        kind="unowned",
        object=identity(body),
        note="; ".join(filter(None, (looks, does))),
        by=_maker(body),
        up=deed,
        why="" if deed == "remove" else "no engine of the stack made it",
    )


def _is_somebodys(body: Object, own: Scene) -> bool:
    """Leave out what a controller or Kubernetes itself makes, and what was kept on purpose."""
    metadata = body["metadata"]
    name, kind = metadata["name"], body["kind"]
    kubernetes = (kind, name) in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))
    claimed = kind == "PersistentVolumeClaim" and name.startswith(own.claims)
    ending = "deletionTimestamp" in metadata
    owned = any(each.get("controller") for each in metadata.get("ownerReferences") or ())
    kept = bool(owners(body)) and is_kept(body)
    return kubernetes or claimed or ending or owned or kept


def _is_marked(body: Object) -> bool:
    labels = body["metadata"].get("labels") or {}
    return bool(labels.get(contract.PART_OF_LABEL) == contract.PROJECT)


def _maker(body: Object) -> Author | None:
    held = entries(body)
    return author(held[0]) if held else None
