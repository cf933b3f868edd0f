"""What breaks the rule on who waits for whom."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL017": (
        nested("graph.max_budget_ms", 60_000),
        "request waits 30000 ms <= 59800 ms searches of the longest run (60000 - 200)",
    ),
}
