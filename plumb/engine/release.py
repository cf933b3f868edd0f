"""A stack as a release of Helm: its name, and the marks that Helm puts on what it owns."""

from dataclasses import replace
from typing import Any

from plumb.engine.engine import RefusedError, Release
from plumb.engine.owner import Live
from plumb.render import Manifest, Rendered
from plumb.render.chart import KEEP
from plumb.render.manifest import identity
from profiles.contract import PROJECT

RECORDS_NAMESPACE = "default"
"""Where Helm keeps its records: the stack's own namespace is part of the release, may be renamed by
an edit of the profile, and goes with the release."""

RELEASE_NAME = "meta.helm.sh/release-name"
_RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"
_MANAGED_BY = {"app.kubernetes.io/managed-by": "Helm"}

Body = dict[str, Any]


def release_name(release: Release) -> str:
    """Return the name of the stack's release, which no other project's has."""
    return f"{PROJECT}-{release.file.stack}"


def marked(release: Release) -> Rendered:
    """Return the stack's objects as Helm applies them: marked as the release's, and kept ones so.

    A dry run without the marks would tell of marks that go away.
    """
    name = release_name(release)
    manifests = (_marked(manifest, name) for manifest in release.rendered.manifests)
    return replace(release.rendered, manifests=tuple(manifests))


def is_kept(body: Body) -> bool:
    """Return whether Helm leaves an object in the cluster."""
    annotations: dict[str, str] = body["metadata"].get("annotations", {})
    return KEEP.items() <= annotations.items()


def is_of(body: Body, name: str) -> bool:
    """Return whether an object is marked as a release's."""
    return bool(_release_of(body) == name)


def refuse_other_release(release: Release, found: Live) -> None:
    """Raise RefusedError where objects of the stack's names are another release's."""
    name = release_name(release)
    others = [body for body in found.values() if _release_of(body) not in (None, name)]
    if not others:
        return
    names = ", ".join(sorted({str(_release_of(body)) for body in others}))
    raise RefusedError(
        f"{len(others)} objects of these names on {release.kubectl.context}, {identity(others[0])} "
        f"among them, belong to another release of Helm: {names}\n"
        f"  → give {release.file.stack} a `cluster.namespace` of its own"
    )


def _marked(manifest: Manifest, name: str) -> Manifest:
    metadata = manifest.body["metadata"]
    annotations = {RELEASE_NAME: name, _RELEASE_NAMESPACE: RECORDS_NAMESPACE}
    annotations |= KEEP if manifest.retain else {}
    marks = {
        "labels": metadata.get("labels", {}) | _MANAGED_BY,
        "annotations": metadata.get("annotations", {}) | annotations,
    }
    return replace(manifest, body=manifest.body | {"metadata": metadata | marks})


def _release_of(body: Body) -> str | None:
    name: str | None = body["metadata"].get("annotations", {}).get(RELEASE_NAME)
    return name
