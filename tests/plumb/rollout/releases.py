"""Releases: of the project's stacks, and of objects that a test made by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from plumb.render import Manifest, Rendered
from tests.stacks import rendered, stack_files

NOWHERE = Kubectl(program=Path("kubectl"), context="nowhere")
"""A cluster that no test asks."""


def release_of_stack(stack: str) -> Release:
    """Return the release of one of the project's stacks."""
    file = stack_files()[stack]
    return Release(
        file=file,
        profile=file.load(),
        rendered=rendered(stack),
        kubectl=NOWHERE,
        folder=Path("unused"),
    )


def release_of(kubectl: Kubectl, namespace: str, *bodies: dict[str, Any]) -> Release:
    """Return a release of development that consists of these objects, in a namespace."""
    base = release_of_stack("development")
    profile = replace(base.profile, cluster=replace(base.profile.cluster, namespace=namespace))
    manifests = tuple(manifest(namespace, body) for body in bodies)
    made = Rendered(manifests=manifests, outputs=base.rendered.outputs)
    return replace(base, profile=profile, rendered=made, kubectl=kubectl)


def manifest(namespace: str, body: dict[str, Any], *needs: str) -> Manifest:
    """Return an object as a render gives it."""
    return Manifest(
        kind=body["kind"],
        name=body["metadata"]["name"],
        namespace=namespace,
        body=body,
        depends_on=needs,
        protect=False,
        retain=False,
        timeout=None,
    )
