"""The detectors, one noun a module: what an edit does, seen from each part of a stack."""

from plumb.diff.consequence import LEVELS, Consequence, Detector
from plumb.diff.effects import (
    cache,
    claim,
    credentials,
    database,
    disruption,
    exposure,
    handover,
    job,
    memory,
    monitoring,
    namespace,
    quota,
    replacement,
    retention,
    rollout,
    scaling,
    service,
    service_pods,
    store_pods,
    workers,
)
from plumb.diff.pair import Pair

DETECTORS: tuple[Detector, ...] = (
    namespace.detect,
    database.detect,
    claim.detect,
    retention.detect,
    cache.detect,
    replacement.detect,
    service.detect,
    handover.detect,
    store_pods.detect,
    credentials.detect,
    scaling.detect,
    disruption.detect,
    exposure.detect,
    quota.detect,
    memory.detect,
    rollout.detect,
    monitoring.detect,
    service_pods.detect,
    workers.detect,
    job.detect,
)
"""All of them; within a level, what they see is told in this order."""


def consequences(pair: Pair) -> tuple[Consequence, ...]:
    """Return everything that an edit does, the worst first."""
    order = list(LEVELS)
    found = [each for detect in DETECTORS for each in detect(pair)]
    return tuple(sorted(found, key=lambda each: order.index(each.level)))
