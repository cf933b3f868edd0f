"""How a new version reaches users: plain rolling update, or Flagger's blue/green analysis."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import Count, CountOrNone, Milliseconds, Percent, Seconds, require, section

Interval = Annotated[int, Field(ge=10, le=3600)]
"""Seconds; Flagger raises anything below 10 to 10."""


@section
class Analysis:
    """Flagger's analysis of a new version before it is promoted (INF-13)."""

    interval_seconds: Interval
    """Time between two checks, in seconds."""
    iterations: Count
    """Checks that must pass; without a mesh the analysis is blue/green, so weights do not apply."""
    threshold: Count
    """Failed checks after which the version is rolled back."""
    success_rate_min_percent: Percent
    """Smallest share of answers without a 5xx, in percent."""
    latency_max_ms: Milliseconds
    """Largest p99 latency, in ms (CON-12)."""
    metric_interval_seconds: Interval
    """Window of the two measurements, in seconds."""
    load_test_url: str | None
    """Flagger load tester's address; null sends no traffic, and without samples a check fails."""
    load_test_rps: Count
    """Requests a second that the load tester sends to the new version."""
    revert_on_deletion: bool
    """Restore the Deployment's replicas when the Canary is deleted; without it: an outage."""


@section
class Rollout:
    """Rolling update bounds, and the analysis in front of it."""

    mode: Literal["rolling", "flagger"]
    """A plain Deployment, or one that Flagger takes over (production pods are `NAME-primary`)."""
    max_surge: CountOrNone
    """Pods beyond the wanted number during an update."""
    max_unavailable: CountOrNone
    """Pods that may be missing during an update."""
    progress_deadline_seconds: Seconds
    """Time without progress after which an update has failed, in seconds."""
    analysis: Analysis | None
    """Flagger's analysis; null unless mode is flagger."""

    def __post_init__(self) -> None:
        """Hold the mode to the fields it needs, and let an update move."""
        require(
            (self.mode == "flagger") == (self.analysis is not None),
            f"mode {self.mode!r} and analysis {'null' if self.analysis is None else 'set'} do not "
            "go together; set analysis for mode flagger, null otherwise",
        )
        require(
            self.max_surge + self.max_unavailable >= 1,
            "max_surge 0 and max_unavailable 0 leave an update no way to move; raise one to 1",
        )
