"""Renders of a stack with a few values changed, and the one object that a test is about."""

import json
from typing import Any

from plumb.render import Rendered, render
from profiles.named import merged
from tests.stacks import profile_json


def edited(stack: str, **sections: Any) -> Rendered:
    """Return the render of a stack whose profile also states these sections."""
    stated = merged(json.loads(profile_json(stack)), sections)
    return render(json.dumps(stated), stack)


def body(result: Rendered, kind: str, name: str | None = None) -> dict[str, Any]:
    """Return the one object of a kind, or of a kind and name."""
    bodies = [m.body for m in result.manifests if m.kind == kind and name in (None, m.name)]
    (only,) = bodies
    return only


def annotations(result: Rendered) -> dict[str, str]:
    """Return the annotations of the service's pods."""
    template = body(result, "Deployment")["spec"]["template"]
    found: dict[str, str] = template["metadata"]["annotations"]
    return found


def container(
    result: Rendered, kind: str = "Deployment", name: str | None = None
) -> dict[str, Any]:
    """Return the one container of a workload."""
    (only,) = body(result, kind, name)["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found
