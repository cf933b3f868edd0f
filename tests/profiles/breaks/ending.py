"""What breaks the rule on the server's own end."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL016": (
        nested("workload.drain_seconds", 60),
        "5 preStop + 60 drain + 5 flush = 70 s > 45 s of grace",
    ),
}
