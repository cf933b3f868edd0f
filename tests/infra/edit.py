"""Renders of a stack with a few values changed, and the one object that a test is about."""

import json
from typing import Any

from plumb.render import Rendered
from profiles import contract
from profiles.named import merged
from tests.stacks import profile_json, rendered_text


def edited(stack: str, **sections: Any) -> Rendered:
    """Return the render of a stack whose profile also states these sections; do not change it."""
    stated = merged(json.loads(profile_json(stack)), sections)
    return rendered_text(json.dumps(stated), stack)


def body(result: Rendered, kind: str, name: str | None = None) -> dict[str, Any]:
    """Return the one object of a kind and name; unnamed, the service's own where it has one."""
    bodies = [m.body for m in result.manifests if m.kind == kind and name in (None, m.name)]
    own = [] if name else [found for found in bodies if _is_the_services(found)]
    (only,) = own or bodies
    return only


def _is_the_services(found: dict[str, Any]) -> bool:
    labels = found["metadata"].get("labels", {})
    return bool(labels.get(contract.COMPONENT_LABEL) == contract.SERVICE_COMPONENT)


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
