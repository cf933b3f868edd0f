"""What breaks the rules on how a dead worker's run is taken over, and on how long one waits."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL042": (
        nested("execution.heartbeat_seconds", 8),
        "lease 15 s <= 2 x 8 s = 16 s of heartbeats",
    ),
    "PL051": (
        nested("execution.starvation_seconds", 3600),
        "3600 s execution.starvation_seconds >= 3600 s execution.run_timeout_seconds",
    ),
}
