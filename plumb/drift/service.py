"""Findings on what running pods say of themselves: variables that override the stack's settings."""

from collections.abc import Iterator

from plumb.drift.finding import Finding
from plumb.engine.engine import Release
from plumb.rollout.snapshot import is_ending, take
from plumb.status.answer import ask
from plumb.status.settings import overrides
from plumb.status.view import View, kinds, serving_name


def findings(release: Release) -> Iterator[Finding]:
    """Yield a finding where a pod that serves reports overrides; a silent one says nothing."""
    snapshot = take(release.kubectl, release.namespace, kinds(release.profile))
    view = View(release=release, snapshot=snapshot, answers={})
    running = [
        pod["metadata"]["name"]
        for pod in view.serving_pods
        if pod.get("status", {}).get("phase") == "Running" and not is_ending(pod)
    ]
    answers = ask(release.kubectl, release.namespace, running)
    for row in overrides(View(release=release, snapshot=snapshot, answers=answers)):
        yield Finding(
            kind="override",
            object=f"Deployment/{serving_name(release.profile)}",
            note=f"pods run with overrides: {row.state}",
            why="a variable that the program does not state stays",
        )
