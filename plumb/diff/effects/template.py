"""What of a pod template differs, in words: the part that rolls the pods."""

import re
from collections.abc import Iterator

from plumb.diff.pair import Twin
from plumb.engine.plan import FieldChange
from profiles.contract import CONFIG_HASH_ANNOTATION, SCALING_HASH_ANNOTATION

TEMPLATE = "spec.template"

_PARTS = (
    (re.escape(SCALING_HASH_ANNOTATION), "the autoscaler's hash"),
    (re.escape(CONFIG_HASH_ANNOTATION), "the hash of its settings"),
    (r"\.image$", "the image"),
    (r"labels\.version", "the version label"),
    (r"annotations", "annotations"),
    (r"labels", "labels"),
    (r"\.resources", "requests and limits"),
    (r"Probe", "probes"),
    (r"\.env\b", "environment"),
    (r"\.args|\.command", "arguments"),
    (r"terminationGracePeriodSeconds", "the time to end"),
    (r"lifecycle", "the pause before the end"),
    (r"[vV]olume|emptyDir", "volumes"),
    (r"priorityClassName", "the priority class"),
    (r"affinity|topologySpread", "placement"),
    (r"securityContext", "security context"),
    (r"initContainers", "containers that run first"),
    (r"containers", "containers"),
)
"""Parts of a pod template, by a pattern of their paths; the first that fits names it."""


def parts(twin: Twin) -> tuple[str, ...]:
    """Return the parts of the pod template that differ, each once."""
    return tuple(dict.fromkeys(_parts(twin)))


def template(twin: Twin) -> tuple[FieldChange, ...]:
    """Return what differs in the pod template: each of it rolls the pods."""
    return twin.under(TEMPLATE)


def _parts(twin: Twin) -> Iterator[str]:
    for change in template(twin):
        yield next(
            (name for pattern, name in _PARTS if re.search(pattern, change.path)), "its spec"
        )
