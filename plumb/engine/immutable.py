"""Changes that Kubernetes refuses to make in place, and the way to make each of them."""

import shlex
from typing import Any

from plumb.kube.kubectl import Kubectl

_SIGNS = (
    "field is immutable",
    "is immutable after creation",
    "may not change once set",
    "updates to statefulset spec for fields other than",
    "field can not be less than",
    "must support resize",
    "cannot change roleref",
    "may not be changed in an update",
)
"""What API servers say of such a field, in lower case."""

_MEANINGS = {
    "StatefulSet": "its pods and claims stay, claims as they are, and the new one takes them over",
    "Deployment": "its pods end with it: the service is away until new ones are ready",
    "Service": "its address changes: nothing reaches it until it is there again",
    "PriorityClass": "pods that run keep the value they have until they are made anew",
    "PersistentVolumeClaim": "ITS DATA GOES WITH IT: back it up before, restore it after",
}
"""What it means to delete an object of a kind and have it made anew."""

_OPTIONS = {"StatefulSet": ("--cascade=orphan",)}


def is_immutable(said: str) -> bool:
    """Return whether an API server's words are about a field that never changes in place."""
    text = said.lower()
    return any(sign in text for sign in _SIGNS)


def way(kubectl: Kubectl, body: dict[str, Any]) -> str:
    """Return how to make a change to an object that cannot be changed in place.

    The command line names the context: pasted, it must not reach another cluster.
    """
    kind, metadata = body["kind"], body["metadata"]
    where = ["--namespace", metadata["namespace"]] if "namespace" in metadata else []
    options = [*_OPTIONS.get(kind, ()), *where]
    command = kubectl.command("delete", kind.lower(), metadata["name"], *options)
    meaning = _MEANINGS.get(kind, "it is made anew")
    return (
        "it cannot change in place. Put the old value back, or bring the stack up again after "
        f"deleting the object ({meaning}):\n{shlex.join(command)}"
    )
