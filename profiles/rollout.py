"""How a new version reaches users: plain rolling update, or Flagger's blue/green analysis."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.section import (
    Count,
    CountOrNone,
    HttpUrl,
    Milliseconds,
    Percent,
    Seconds,
    require,
    section,
)

Interval = Annotated[int, Field(ge=10, le=3600)]
"""Seconds; Flagger raises anything below 10 to 10."""

WEBHOOK_TIMEOUT_SECONDS = 5
"""Time that the load tester has to accept a command, which runs on by itself, in seconds."""


@section
class Weights:
    """Shares of the users' requests that a version under analysis gets."""

    step_percent: Annotated[int, Field(ge=1, le=100)]
    """Share that each passed check adds, in percent."""
    max_percent: Annotated[int, Field(ge=1, le=100)]
    """Share at which the version is promoted, in percent."""

    def __post_init__(self) -> None:
        """Let there be a step."""
        require(
            self.step_percent <= self.max_percent,
            f"step_percent {self.step_percent} exceeds max_percent {self.max_percent}",
        )


@section
class Alerts:
    """Where Flagger reports; key `address` of the alerts Secret is the webhook's address."""

    type: Literal["slack", "msteams", "discord", "rocket"]
    """Kind of chat."""
    channel: Annotated[str, Field(min_length=1, max_length=80)]
    """Channel that the message goes to."""
    severity: Literal["info", "warn", "error"]
    """Least severe event that is reported."""


@section
class Acceptance:
    """Somebody else's consent, asked for before a version is loaded and measured."""

    url: HttpUrl
    """Address that Flagger posts the Canary's name to; any status above 202 refuses."""
    timeout_seconds: Seconds
    """Time that the answer may take, in seconds."""


@section
class Analysis:
    """Flagger's analysis of a new version before it is promoted (INF-13)."""

    interval_seconds: Interval
    """Time between two checks, in seconds."""
    provider: Literal["kubernetes", "gatewayapi"]
    """Blue/green with a load test, or a growing share of the users through a Gateway."""
    iterations: Count | None
    """Checks that must pass, for blue/green; null where weights lead."""
    weights: Weights | None
    """Shares of the users' requests, which only a Gateway can split; null for blue/green."""
    threshold: Count
    """Failed checks after which the version is rolled back."""
    success_rate_min_percent: Percent
    """Smallest share of answers without a 5xx, in percent."""
    latency_max_ms: Milliseconds
    """Largest p99 latency, in ms (CON-12)."""
    metric_interval_seconds: Interval
    """Window of the two measurements, in seconds."""
    load_test_rps: Count
    """Questions a second that the load tester asks the new version (PL030)."""
    load_test_question: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
    """What it asks: always the same, so that sources are searched once and then cached."""
    acceptance: Acceptance | None
    """A webhook before the first check; null asks nobody."""
    revert_on_deletion: bool
    """Restore the Deployment's replicas when the Canary is deleted; without it: an outage."""
    alerts: Alerts | None
    """Where Flagger reports what it does; null leaves it to events."""

    def __post_init__(self) -> None:
        """Hold the provider to the fields it needs (PL032)."""
        weighted = self.provider == "gatewayapi"
        require(
            weighted == (self.weights is not None) and weighted == (self.iterations is None),
            f"provider {self.provider!r} takes "
            + ("weights, and iterations null" if weighted else "iterations, and weights null"),
        )

    @property
    def checks(self) -> int:
        """Return the checks of a version that passes every one of them."""
        if self.weights is None:
            return self.iterations or 0
        return -(-self.weights.max_percent // self.weights.step_percent)


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
