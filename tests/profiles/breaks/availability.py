"""What breaks the rules on what keeps serving."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL004": (nested("disruption.min_available", 3), "min_available 3 >= 3 scaling.min_replicas"),
    "PL005": (
        {
            "scaling": {"min_replicas": 1},
            "disruption": {"min_available": 1},
            "workload": {"environment": "staging"},  # production has two (PL040)
        },
        "min_available 1 with 1 scaling.min_replicas",
    ),
    "PL020": (
        nested("workload.probes.liveness.path", "/readyz"),
        "liveness asks /readyz, which checks dependencies",
    ),
}
