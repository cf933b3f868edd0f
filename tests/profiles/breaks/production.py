"""What breaks the rule on production."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL040": (nested("cluster.retain_data", False), "data is removed with the stack"),
}
