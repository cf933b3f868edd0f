"""What breaks the rules on alarms."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL048": (
        nested("monitoring.alarms.window_seconds", 15),
        "window 15 s < 4 x 5 s between scrapes",
    ),
}
