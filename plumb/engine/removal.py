"""Removing objects, waiting until a namespace is gone, and naming what stays."""

import json
import time
from collections.abc import Sequence
from typing import Any

from plumb.engine.engine import EngineError, Tell
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.render.manifest import identity

_GONE_SECONDS = 300
"""Time that a namespace may take to end: the longest grace of a pod, and finalizers."""

_SAY_SECONDS = 10
"""How often a wait says what it waits for."""

Body = dict[str, Any]


def remove(kubectl: Kubectl, bodies: Sequence[Body]) -> None:
    """Delete objects that are there; returns at once, while Kubernetes works on it."""
    going = [body for body in bodies if "deletionTimestamp" not in body["metadata"]]
    if not going:
        return
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": going})
    options = ("--ignore-not-found", "--wait=false", "--filename", "-")
    kubectl.run("delete", *options, text=text, doing="removing objects")


def wait_until_gone(kubectl: Kubectl, bodies: Sequence[Body], tell: Tell) -> None:
    """Wait until the namespaces among the objects are gone.

    Raises EngineError with what Kubernetes says is in the way when that takes too long.
    """
    for name in (body["metadata"]["name"] for body in bodies if body["kind"] == "Namespace"):
        tell(f"waiting until the namespace {name} is gone")
        end = time.monotonic() + _GONE_SECONDS
        while not _is_gone(kubectl, name):
            in_the_way = _in_the_way(kubectl, name)
            if time.monotonic() > end:
                raise EngineError(
                    f"the namespace {name} is still there after {_GONE_SECONDS} s: {in_the_way}\n"
                    "  → mend that (a finalizer waits for its controller), then run this again"
                )
            tell(f"still waiting: {in_the_way}")


def kept(kubectl: Kubectl, bodies: Sequence[Body]) -> tuple[str, ...]:
    """Return the identities of objects that stay, with the claims of namespaces among them."""
    names = [identity(body) for body in bodies]
    for body in bodies:
        if body["kind"] == "Namespace":
            claims = kubectl.objects("persistentvolumeclaims", body["metadata"]["name"])
            names += [f"PersistentVolumeClaim/{claim['metadata']['name']}" for claim in claims]
    return tuple(dict.fromkeys(names))


def _is_gone(kubectl: Kubectl, namespace: str) -> bool:
    options = ("--for=delete", f"--timeout={_SAY_SECONDS}s")
    try:
        kubectl.run("wait", f"namespace/{namespace}", *options, doing="waiting for a namespace")
    except KubeError as error:
        if "timed out waiting" in error.said:
            return False
        if "not found" in error.said:
            return True
        raise
    return True


def _in_the_way(kubectl: Kubectl, namespace: str) -> str:
    found = kubectl.get("namespace", namespace) or {}
    conditions = found.get("status", {}).get("conditions", ())
    said = [each["message"] for each in conditions if each["status"] == "True"]
    return "; ".join(said) or "its pods are ending"
