"""What breaks the rule on series."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL046": (
        nested("monitoring.max_series_per_pod", 5000),
        "(10 graphs + 1 built in) x 70 + 5 nodes x 44 + 305 HTTP calls x 20 + 149 others = "
        "7239 > 5000 monitoring.max_series_per_pod",
    ),
}
