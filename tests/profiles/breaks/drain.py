"""What breaks the rules on how a pod ends."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL015": (
        nested("workload.termination_grace_seconds", 30),
        "grace 30 s < 5 preStop + 5 farewell + 30 longest request + 5 flush = 45 s",
    ),
}
