"""What breaks the rule on the checkpoints."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL043": (
        nested("checkpoints.runs_per_day", 5000),
        "(7776000 s kept + 3600 s until the clean-up) / 86400 x 5000 runs x 128 KiB / 1048576 = "
        "54.96 GiB > 0.7 x 50 GiB database.server.storage_gib",
    ),
}
