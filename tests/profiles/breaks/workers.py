"""What breaks the rule on workers of their own."""

from typing import Any

from tests.profiles.build import nested
from tests.workers import DEMAND, scaled_workers

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL050": (
        nested(
            "workers",
            scaled_workers(demand=DEMAND, min_replicas=1, max_replicas=1) | {"drain_seconds": 5},
        )
        | nested("database.pool.size", 4),
        "5 s workers.drain_seconds <= 5 s execution.handover_seconds",
    ),
}
