"""Objects, and a release on paper: for tests that ask no cluster."""

from pathlib import Path
from typing import Any

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from tests.stacks import rendered, stack_files

KUBECTL = Kubectl(program=Path("kubectl"), context="paper")
"""A cluster that is never asked."""


def paper_release(stack: str = "development") -> Release:
    """Return a stack of the project for a cluster that is never asked."""
    file = stack_files()[stack]
    return Release(
        file=file,
        profile=file.load(),
        rendered=rendered(stack),
        kubectl=KUBECTL,
        folder=Path("never-written"),
    )


def managed(body: dict[str, Any], *managers: str, **metadata: Any) -> dict[str, Any]:
    """Return an object as a cluster has it, with fields of these managers."""
    entries = [{"manager": manager, "operation": "Apply"} for manager in managers]
    return body | {"metadata": body["metadata"] | {"managedFields": entries} | metadata}
