"""What breaks the rules on Flagger's analysis."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL030": (
        nested("rollout.analysis.metric_interval_seconds", 15),
        "window 15 s < 4 x 5 s between scrapes",
    ),
    "PL031": (
        nested(
            "rollout.analysis.acceptance", {"url": "http://release.test/", "timeout_seconds": 55}
        ),
        "55 acceptance + 5 warm-up = 60 s >= 60 s between checks",
    ),
    "PL032": (
        nested("addons.load_tester.provision", "none"),
        "provider 'kubernetes' sends no user to a version under analysis, and there is no load "
        "tester",
    ),
}
