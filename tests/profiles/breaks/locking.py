"""What breaks the rule on locks."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL036": (
        nested("database.server.lock_timeout_ms", 9000),
        "9000 ms for a lock >= 8000 ms graph.default_budget_ms",
    ),
}
