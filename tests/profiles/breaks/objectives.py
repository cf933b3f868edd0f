"""What breaks the rules on what is promised."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL029": (
        nested("rollout.analysis.success_rate_min_percent", 95.0),
        "canary accepts 95.0 % success < 99.0 % objective",
    ),
}
