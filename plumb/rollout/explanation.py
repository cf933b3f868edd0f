"""What is wrong with a release's pods at this moment, for who has given up on them."""

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from plumb.rollout.report import report
from plumb.rollout.snapshot import take
from plumb.rollout.subject import kinds, subjects
from plumb.rollout.survey import survey


def explanation(kubectl: Kubectl, release: Release) -> str:
    """Return the report of what is in trouble right now, however short; empty when nothing is."""
    awaited = subjects(release)
    snapshot = take(kubectl, release.namespace, kinds(awaited))
    troubled = [
        (state, state.troubles[0])
        for state in survey(snapshot, awaited)
        if state.troubles and not state.is_done
    ]
    return report(kubectl, release, snapshot, troubled) if troubled else ""
