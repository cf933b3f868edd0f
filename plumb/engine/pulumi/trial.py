"""Changes of objects, tried on the server as the provider will make them."""

import json
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from plumb.engine.live import key, live
from plumb.engine.refusal import Refusal, explained, is_refusal
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.render.manifest import Manifest

OWN = "pulumi-kubernetes"
"""Field manager of what the provider has made; with a suffix once it has changed it."""

_HOLDER = re.compile(r'conflicts? with "([^"]+)"')
_AT_ONCE = 4
"""kubectl processes that run side by side."""


def refusals(kubectl: Kubectl, manifests: Iterable[Manifest]) -> list[Refusal]:
    """Return what the server refuses of changes to objects that are there; nothing is changed.

    Raises KubeError when it cannot be asked.
    """
    bodies = [each.body for each in manifests]
    found = live(kubectl, bodies) if bodies else {}

    def attempt(body: dict[str, Any]) -> Refusal | None:
        return _refusal(kubectl, body, _manager(found.get(key(body), {})))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [each for each in pool.map(attempt, bodies) if each]


def _refusal(kubectl: Kubectl, body: dict[str, Any], manager: str) -> Refusal | None:
    said = _said(kubectl, body, f"--field-manager={manager}")
    holders = _HOLDER.findall(said)
    if holders and all(each.startswith(OWN) for each in holders):
        # What it made by one way it changes by another, and takes the fields over from itself.
        said = _said(kubectl, body, f"--field-manager={manager}", "--force-conflicts")
    return explained(kubectl, body, said) if said else None


def _said(kubectl: Kubectl, body: dict[str, Any], *options: str) -> str:
    """Return what kubectl says when the server refuses an object; empty when it takes it."""
    command = ("apply", "--server-side", "--dry-run=server", "--validate=ignore", *options)
    try:
        kubectl.run(*command, "--filename", "-", text=json.dumps(body), doing="trying a change")
    except KubeError as error:
        if is_refusal(error.said):
            return error.said
        raise
    return ""


def _manager(body: dict[str, Any]) -> str:
    entries = body.get("metadata", {}).get("managedFields", ())
    names = (str(entry["manager"]) for entry in entries if entry["operation"] == "Apply")
    return next((name for name in names if name.startswith(OWN)), OWN)
