"""What breaks the rules on what the upstream services allow."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL041": (
        nested("upstreams.limiter", "pod"),
        "1.5 x 21 pods = 31.5/s > 3/s allowed without a key",
    ),
}
