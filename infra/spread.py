"""Where pods of several replicas go: apart from one another, over nodes and zones."""

from typing import Any

from profiles.workload import Workload

_NODE = "kubernetes.io/hostname"
_ZONE = "topology.kubernetes.io/zone"
_WEIGHT = 100
"""Most that a preference may weigh."""


def affinity(app: str, label: str = "app") -> dict[str, Any]:
    """Return the wish for a node of one's own; Flagger rewrites its selector for the primary."""
    term = {"topologyKey": _NODE, "labelSelector": {"matchLabels": {label: app}}}
    wish = {"weight": _WEIGHT, "podAffinityTerm": term}
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [wish]}}


def constraints(workload: Workload, app: str) -> list[dict[str, Any]]:
    """Return the spread over nodes and zones (rule PL014), strict where the profile requires it.

    Strict, numbers differ by one at most, so that pods beyond the number of nodes still have a
    place, and an update's surge as well (rule PL013): each revision is counted on its own.
    """
    strict = workload.spread == "required"
    common = {
        "maxSkew": 1,
        "whenUnsatisfiable": "DoNotSchedule" if strict else "ScheduleAnyway",
        # Flagger's rewriting knows this form alone: its own label, with the Deployment's name.
        "labelSelector": {"matchLabels": {"app": app}},
        "matchLabelKeys": ["pod-template-hash"],
    }
    # One node alone is no spread: without a second, a second pod waits.
    several = {"minDomains": 2} if strict else {}
    return [common | {"topologyKey": _NODE} | several, common | {"topologyKey": _ZONE}]
