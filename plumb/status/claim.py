"""Rows about the claims that hold data."""

from collections.abc import Iterator
from typing import Any

from plumb.status.row import Row, off
from plumb.status.view import View


def rows(view: View) -> Iterator[Row]:
    """Yield a row for every claim of the stack, those that a StatefulSet makes included."""
    for name, spec in _claims(view):
        yield _row(view, f"claim {name}", name, spec["resources"]["requests"]["storage"])


def _claims(view: View) -> Iterator[tuple[str, dict[str, Any]]]:
    for made in view.manifests("PersistentVolumeClaim"):
        yield made.name, made.body["spec"]
    for made in view.manifests("StatefulSet"):
        spec = made.body["spec"]
        for template in spec.get("volumeClaimTemplates", []):
            for number in range(spec["replicas"]):
                name = f"{template['metadata']['name']}-{made.name}-{number}"
                yield name, template["spec"]


def _row(view: View, subject: str, name: str, wanted: str) -> Row:
    live = view.snapshot.find("PersistentVolumeClaim", name)
    if live is None:
        return off(subject, "not there", f"the stack has {wanted}", f"{view.up} makes it")
    phase = live.get("status", {}).get("phase", "Pending")
    has = live["spec"]["resources"]["requests"]["storage"]
    state = f"{phase}, {has}"
    if phase == "Pending" and not _is_used(view, name):
        return Row(subject=subject, state=f"{state}: made when its first pod asks for it")
    if phase != "Bound":
        said = [event.get("message", "") for event in view.snapshot.events_of(live)][-1:]
        return off(subject, state, "; ".join(["holds no volume yet", *said]), "see its pod above")
    if has != wanted:
        fix = "enlarge the claim itself (`kubectl patch pvc`), where its storage class can"
        return off(subject, state, f"the stack has {wanted}", fix)
    return Row(subject=subject, state=state)


def _is_used(view: View, name: str) -> bool:
    """Whether a pod asks for a claim; the backups' has none before the first job."""
    return any(
        volume.get("persistentVolumeClaim", {}).get("claimName") == name
        for pod in view.snapshot.of("Pod")
        for volume in pod["spec"].get("volumes", [])
    )
