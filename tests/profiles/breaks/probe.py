"""What breaks the rules on probes."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL021": (
        nested("workload.probes.readiness.timeout_seconds", 1),
        "readiness probe waits 1000 ms <= 1000 ms health.loop_pause_ms",
    ),
    "PL022": (
        nested("workload.probes.startup.failure_threshold", 20),
        "1 + 20 x 2 = 41 s to start < 60 migration + 10 pool = 70 s",
    ),
}
