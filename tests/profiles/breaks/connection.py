"""What breaks the rules on connections."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL018": (
        nested("workload.service_type", "LoadBalancer") | nested("api.keep_alive_seconds", 5),
        "service keeps 5 s <= 60 s network.proxy.idle_timeout_seconds",
    ),
    "PL019": (
        nested("api.max_connections", 16),
        "32 runs + 2 probes = 34 > 16 api.max_connections",
    ),
}
