"""What breaks the rules on what a pod does at once."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL024": (
        nested("workload.threads", 8),
        "1 workers x 8 threads = 8 > 2 x 2 cores (2000 millicores)",
    ),
    "PL045": (
        nested("api.max_concurrent_graphs", 64),
        "384 resident + 1 workers x 64 runs x 100 = 6784 MiB > 4096 MiB limit",
    ),
}
