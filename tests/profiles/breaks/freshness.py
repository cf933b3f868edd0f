"""What breaks the rule on cached results."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL037": (
        nested("cache.lifetimes.source_seconds", 172_800),
        "a result is cached for 172800 s > 86400 s, the oldest that an answer may rest on",
    ),
}
