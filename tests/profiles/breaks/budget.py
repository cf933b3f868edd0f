"""What breaks the rules on a run's time."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL038": (
        nested("graph.max_retries", 5),
        "5 retries > 3: in an outage an upstream sees up to 6 times the calls",
    ),
    "PL044": (
        nested("graph.max_parallel_nodes", 1),
        "3 searches, 1 at a time: 3 x 3000 + 200 reserve = 9200 ms > 8000 ms "
        "graph.default_budget_ms",
    ),
}
