"""Every rule speaks right beyond its limit, on enough samples, and never before."""

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest

from runtime.observability import CurrentMetrics
from runtime.optimization import Level
from runtime.optimization.rules import recommendations
from tests.runtime.optimization.metrics import ENOUGH, LIMITS, quiet_metrics, quiet_node


@dataclass(frozen=True)
class Case:
    """One rule: its value, the samples it needs, the threshold that moves it."""

    value: str
    samples: str
    threshold: str
    says: tuple[str, Level, Level]
    is_floor: bool = False
    of_node: bool = False
    """Whether value and samples belong to a node."""

    def beyond(self) -> float:
        """Return the first value beyond the limit."""
        limit = getattr(quiet_node() if self.of_node else quiet_metrics(), self.value)
        return math.nextafter(limit, -math.inf if self.is_floor else math.inf)

    def metrics(self, **changes: Any) -> CurrentMetrics:
        """Return quiet metrics but for these."""
        if self.of_node:
            return quiet_metrics(node_metrics=(quiet_node(**changes),))
        return quiet_metrics(**changes)


HIGH, MEDIUM, LOW = Level.HIGH, Level.MEDIUM, Level.LOW

CASES = [
    Case("avg_total_duration_ms", "total_executions", "mean_latency_ms", ("overall", HIGH, MEDIUM)),
    Case("p95_total_duration_ms", "total_executions", "p95_latency_ms", ("overall", HIGH, MEDIUM)),
    Case(
        "throughput_per_second",
        "offered_executions",
        "throughput_min_per_second",
        ("overall", MEDIUM, MEDIUM),
        is_floor=True,
    ),
    Case(
        "avg_duration_ms",
        "execution_count",
        "node_mean_latency_ms",
        ("node.pubmed_search", MEDIUM, LOW),
        of_node=True,
    ),
    Case(
        "error_rate",
        "execution_count",
        "error_rate_max",
        ("node.pubmed_search", MEDIUM, LOW),
        of_node=True,
    ),
    Case(
        "cache_hit_rate",
        "cache_requests",
        "cache_hit_rate_min",
        ("caching", MEDIUM, LOW),
        is_floor=True,
    ),
    Case(
        "cache_hit_rate",
        "cache_requests",
        "node_cache_hit_rate_min",
        ("caching.pubmed_search", LOW, LOW),
        is_floor=True,
        of_node=True,
    ),
    Case("search_wait_ms", "searched_runs", "mean_latency_ms", ("concurrency", HIGH, MEDIUM)),
    Case("pool_wait_p95_ms", "pool_waits", "mean_latency_ms", ("concurrency", MEDIUM, MEDIUM)),
]
IDS = [f"{case.says[0]}-{case.value}" for case in CASES]


def test_at_every_limit_nothing_is_said() -> None:
    """All comparisons are strict (OPT-05…07)."""
    assert recommendations(quiet_metrics(), LIMITS) == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_rule_speaks_right_beyond_its_limit(case: Case) -> None:
    """The next representable value is enough; the numbers stand in the fields (OPT-05…08)."""
    (found,) = recommendations(case.metrics(**{case.value: case.beyond()}), LIMITS)
    assert (found.component, found.impact, found.effort) == case.says
    assert found.measured == case.beyond()
    assert (found.samples, found.window_seconds) == (ENOUGH, 900)
    assert found.implementation is None
    assert f"({ENOUGH} samples in 900 s)" in found.issue


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_rule_is_silent_below_the_minimum_of_samples(case: Case) -> None:
    """One observation fewer than needed, and nothing is said (OPT-07)."""
    metrics = case.metrics(**{case.value: case.beyond(), case.samples: ENOUGH - 1})
    assert recommendations(metrics, LIMITS) == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_edit_of_a_threshold_moves_its_rule(case: Case) -> None:
    """A stricter limit makes the quiet value speak: the profile decides, not the code."""
    limit = getattr(LIMITS, case.threshold)
    stricter: dict[str, Any] = {case.threshold: limit * (1.001 if case.is_floor else 0.999)}
    metrics = quiet_metrics(offered_per_second=2 * LIMITS.throughput_min_per_second)
    found = recommendations(metrics, replace(LIMITS, **stricter))
    assert case.says in [(each.component, each.impact, each.effort) for each in found]


def test_the_error_rate_of_runs_is_failed_of_answered() -> None:
    """One failure of a hundred is at the limit of 1 %, two are beyond (OPT-05)."""
    limits = replace(LIMITS, error_rate_max=0.01)
    node = quiet_node(error_rate=0.0)
    at = quiet_metrics(total_executions=100, failed_executions=1, node_metrics=(node,))
    assert recommendations(at, limits) == []
    (found,) = recommendations(replace(at, failed_executions=2), limits)
    assert (found.component, found.measured, found.impact) == ("overall", 0.02, Level.HIGH)
    assert found.issue == "error rate of runs 2 %, above 1 % (100 samples in 900 s)"


def test_idle_is_not_low_throughput() -> None:
    """Where less is offered than the floor, nothing is said (OPT-05)."""
    offered = math.nextafter(LIMITS.throughput_min_per_second, 0)
    metrics = quiet_metrics(throughput_per_second=0.001, offered_per_second=offered)
    assert recommendations(metrics, LIMITS) == []


def test_without_traffic_nothing_is_said() -> None:
    """No executions, no cache requests: silence (OPT-07)."""
    metrics = quiet_metrics(
        total_executions=0,
        offered_executions=0,
        throughput_per_second=0.0,
        offered_per_second=0.0,
        cache_hit_rate=None,
        cache_requests=0,
        searched_runs=0,
        search_overlap=None,
        search_wait_ms=0.0,
        pool_waits=0,
        node_metrics=(),
    )
    assert recommendations(metrics, LIMITS) == []


def test_high_impact_comes_first_and_low_effort_first_among_equals() -> None:
    """Everything wrong at once is sorted by impact, then effort (OPT-04)."""
    node = quiet_node(avg_duration_ms=5000.0, error_rate=1.0, cache_hit_rate=0.0)
    metrics = quiet_metrics(
        avg_total_duration_ms=9000.0,
        p95_total_duration_ms=9000.0,
        failed_executions=ENOUGH,
        throughput_per_second=0.0,
        cache_hit_rate=0.0,
        search_wait_ms=3000.0,
        pool_wait_p95_ms=3000.0,
        node_metrics=(node,),
    )
    found = recommendations(metrics, LIMITS)
    order = [(each.impact.rank, -each.effort.rank) for each in found]
    assert order == sorted(order)
    assert len(found) == 10
    assert (found[0].impact, found[-1].impact) == (Level.HIGH, Level.LOW)


@pytest.mark.parametrize(
    ("node", "word"),
    [
        ("pubmed_search", "query"),
        ("ctgov_search", "filter"),
        ("rag_search", "vectors"),
        ("synthesizer", "templates"),
        ("parse_frame", "patterns"),
        ("my_own_node", "profile my_own_node"),
    ],
)
def test_a_slow_node_gets_advice_of_its_own(node: str, word: str) -> None:
    """Each node of the built-in graph has its advice, any other is to be profiled (OPT-09)."""
    slow = quiet_node(node, avg_duration_ms=5000.0)
    (found,) = recommendations(quiet_metrics(node_metrics=(slow,)), LIMITS)
    assert word in found.recommendation
