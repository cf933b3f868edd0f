"""Workers of their own, as a stack file states them."""

from typing import Any

from profiles.named import merged
from profiles.named.recommended import RECOMMENDED

DEMAND: dict[str, Any] = {
    "through": "keda",
    "active_runs_per_pod": 4,
    "queue_wait_ms": 2000,
    "reader_namespace": "keda",
}
"""Scaling on the runs of a pod, and on the queue's wait."""

SCALING: dict[str, Any] = RECOMMENDED["scaling"] | {"min_replicas": 2, "max_replicas": 3}
"""An autoscaler of CPU and memory."""

_FIXED: dict[str, Any] = {
    "replicas": 2,
    "scaling": None,
    "runs_per_pod": 8,
    "resources": {
        "cpu_request_millicores": 250,
        "cpu_limit_millicores": 2000,
        "memory_request_mib": 1024,
        "memory_limit_mib": 2048,
    },
    "drain_seconds": 60,
    "failed_attempts_max_percent": 5.0,
}


def workers(**values: Any) -> dict[str, Any]:
    """Return the section: two pods, with these values over it."""
    return merged(_FIXED, values)


def scaled_workers(**scaling: Any) -> dict[str, Any]:
    """Return the section with an autoscaler."""
    return workers(replicas=None, scaling=SCALING | scaling)
