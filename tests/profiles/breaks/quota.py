"""What breaks the rules on the namespace's bounds."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL047": (
        nested("cluster.quota.memory_request_mib", 40_960),
        "43008 service (21 x 2048) + 2048 database (1 x 2048) + 512 backup (2 x 256) + "
        "256 cache (1 x 256) + 64 flagger (1 x 64) + 64 load_tester (1 x 64) + "
        "256 prometheus (1 x 256) = 46208 > 40960 cluster.quota.memory_request_mib",
    ),
    "PL049": (
        nested("cluster.limits.max_memory_mib", 2048),
        "workload.resources.memory_limit_mib 4096 > 2048 cluster.limits.max_memory_mib",
    ),
}
