"""What breaks the rules on the autoscaler."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL011": (
        nested("scaling.memory_request_percent", None),
        "scaled on CPU alone, 3584 MiB of a pod full of runs unseen",
    ),
    "PL007": (nested("workload.replicas", 3), "replicas 3 beside an autoscaler of 3 to 10"),
    "PL009": (
        # The request is then the limit, for which there must be room (PL047).
        nested("workload.resources.memory_request_mib", None)
        | nested("cluster.quota.memory_request_mib", 131_072),
        "target 80 % of workload.resources.memory_request_mib, which is not set",
    ),
    "PL010": (
        nested(
            "scaling.demand",
            {
                "through": "keda",
                "active_runs_per_pod": 32,
                "queue_wait_ms": None,
                "reader_namespace": "keda",
            },
        ),
        "target 32 >= 32 api.max_concurrent_graphs",
    ),
}
