"""What a load test found: times of the answers, throughput, and failures by kind."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any, Literal

from runtime.load_test.plan import Plan
from runtime.load_test.shot import Shot

EXAMPLES = 10
"""Failures that are kept in their own words (OPS-07)."""

Ending = Literal["requests", "time", "interrupted"]
"""What ended the test: all requests were sent, the time was over, or somebody stopped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Times of the answers, in ms; failures are not among them."""

    mean_ms: float
    """Mean."""
    median_ms: float
    """Half of the answers took no longer."""
    p95_ms: float
    """95 % of the answers took no longer."""
    p99_ms: float
    """99 % of the answers took no longer."""
    max_ms: float
    """The longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One request that failed."""

    after_seconds: float
    """When it failed, after the first request, in seconds."""
    kind: str
    """What kind of failure."""
    detail: str
    """What the service or the connection said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """What was found. Warm-up requests count nowhere."""

    url: str
    """Address and path that were posted to."""
    concurrency: int
    """Requests at once."""
    sent: int
    """Requests that were answered or failed."""
    answers: Mapping[str, int]
    """Answers, by their `status`."""
    errors: Mapping[str, int]
    """Failures, by kind, the most frequent first."""
    seconds: float
    """Time from the first request until the last one's end, in seconds."""
    latency: Latency | None
    """Times of the answers; None without any."""
    examples: tuple[Failure, ...]
    """The first EXAMPLES failures."""
    ended_by: Ending
    """What ended the test."""

    @property
    def failed(self) -> int:
        """Requests that failed."""
        return sum(self.errors.values())

    @property
    def error_percent(self) -> float:
        """Share of requests that failed, in percent; 100 where none was sent."""
        return 100 * self.failed / self.sent if self.sent else 100.0

    @property
    def answers_per_second(self) -> float:
        """Answers a second; what failed is not throughput."""
        return (self.sent - self.failed) / self.seconds if self.seconds else 0.0


def load_result(plan: Plan, shots: Sequence[Shot], ended_by: Ending) -> LoadResult:
    """Return what these requests show."""
    began = min((shot.began_seconds for shot in shots), default=0.0)
    ended = max((shot.ended_seconds for shot in shots), default=0.0)
    failed = sorted((shot for shot in shots if shot.error), key=lambda shot: shot.ended_seconds)
    return LoadResult(
        url=plan.target.url + plan.target.path,
        concurrency=plan.concurrency,
        sent=len(shots),
        answers=dict(Counter(shot.answer for shot in shots if not shot.error)),
        errors=dict(Counter(shot.error for shot in failed).most_common()),
        seconds=ended - began,
        latency=_latency([shot.seconds * 1000 for shot in shots if not shot.error]),
        examples=tuple(
            Failure(after_seconds=shot.ended_seconds - began, kind=shot.error, detail=shot.detail)
            for shot in failed[:EXAMPLES]
        ),
        ended_by=ended_by,
    )


def result_json(result: LoadResult) -> dict[str, Any]:
    """Return a result as JSON-ready values, with the derived ones."""
    derived = {
        "failed": result.failed,
        "error_percent": result.error_percent,
        "answers_per_second": result.answers_per_second,
    }
    return {**asdict(result), **derived}


def _latency(times_ms: list[float]) -> Latency | None:
    if not times_ms:
        return None
    ordered = sorted(times_ms)
    return Latency(
        mean_ms=fmean(ordered),
        median_ms=median(ordered),
        p95_ms=quantile(ordered, 0.95),
        p99_ms=quantile(ordered, 0.99),
        max_ms=ordered[-1],
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the least of these ordered values that a share of them does not exceed.

    Nearest rank: a time that was measured, never one in between; `ordered` is not empty.
    """
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
