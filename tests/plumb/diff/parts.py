"""Versions of a stack built by hand, for what needs no render."""

from typing import Any

from plumb.diff.pair import Pair
from plumb.diff.snapshot import Snapshot

Body = dict[str, Any]


def version(
    values: dict[str, Any] | None = None, objects: tuple[Body, ...] = (), **captured: Any
) -> Snapshot:
    """Return a version of a stack with these values and objects, and nothing else in it."""
    empty: dict[str, Any] = {
        "values": values or {},
        "lines": {},
        "derived": [],
        "service": {},
        "alarms": {},
        "findings": [],
        "notices": [],
        "objects": [{"body": body, "retain": False, "protect": False} for body in objects],
    }
    return Snapshot(file="Pulumi.x.yaml", captured=empty | captured)


def pair(before: Snapshot, after: Snapshot) -> Pair:
    """Return both as versions of the stack `x`."""
    return Pair(stack="x", before=before, after=after)


def config_map(name: str = "settings", **data: str) -> Body:
    """Return a ConfigMap with these files."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "here"},
        "data": data,
    }


def pod(env: list[dict[str, Any]], arguments: list[str] | None = None) -> Body:
    """Return a Deployment whose one container has these variables and arguments."""
    container = {"name": "main", "env": env, "args": arguments or []}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "server", "namespace": "here"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
