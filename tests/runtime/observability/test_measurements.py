"""The sliding window of measurements: quantiles, expiry, load, and overlap of searches."""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph

from runtime.measure import CacheOutcome, RunStatus
from runtime.observability import Measurements
from tests.runtime.observability.clock import FakeClock
from tests.runtime.observability.limits import node_sample, optimizer_thresholds, run_sample

WINDOW_SECONDS = optimizer_thresholds().window_seconds
RANK_TOLERANCE = 0.01


def fresh() -> tuple[Measurements, FakeClock]:
    """Return measurements on a clock of the test's own."""
    clock = FakeClock()
    return Measurements(optimizer_thresholds(), clock), clock


def neighbours(values: list[float], share: float) -> tuple[float, float]:
    """Return the exact quantiles one rank tolerance, and at least one sample, either side."""
    ordered, last = sorted(values), len(values) - 1
    low = math.floor((share - RANK_TOLERANCE) * last) - 1
    high = math.ceil((share + RANK_TOLERANCE) * last) + 1
    return ordered[max(0, low)], ordered[min(last, high)]


@given(
    values=st.lists(st.floats(min_value=0.01, max_value=60_000), min_size=1, max_size=400),
    pauses=st.lists(st.floats(min_value=0, max_value=WINDOW_SECONDS / 500), min_size=1),
)
def test_measured_quantiles_match_the_exact_ones_within_two_percent(
    values: list[float], pauses: list[float]
) -> None:
    """p95 and p99 merged over buckets lie within 2 % of the exact order statistics (OPT-12)."""
    measurements, clock = fresh()
    for number, value in enumerate(values):
        measurements.run(run_sample(value))
        clock.advance(pauses[number % len(pauses)])
    metrics = measurements.get_current_metrics()
    for share, measured in (
        (0.95, metrics.p95_total_duration_ms),
        (0.99, metrics.p99_total_duration_ms),
    ):
        low, high = neighbours(values, share)
        assert 0.98 * low <= measured <= 1.02 * high
    assert metrics.max_total_duration_ms == max(values)
    assert metrics.avg_total_duration_ms == pytest.approx(sum(values) / len(values))


def test_large_samples_keep_their_tail() -> None:
    """p99 of 20 000 spread values is within 2 % of the exact value, not only of its rank."""
    measurements, clock = fresh()
    values = [float(1 + (7919 * number) % 20_000) for number in range(20_000)]
    for value in values:
        measurements.run(run_sample(value))
        clock.advance(WINDOW_SECONDS / 20_001)
    exact = sorted(values)[math.ceil(0.99 * len(values)) - 1]
    assert measurements.get_current_metrics().p99_total_duration_ms == pytest.approx(
        exact, rel=0.02
    )


def test_nothing_older_than_the_window_counts() -> None:
    """A sample leaves by the time the window has passed it (OPT-13)."""
    measurements, clock = fresh()
    measurements.run(run_sample(500))
    measurements.node(node_sample("pubmed_search"))
    clock.advance(WINDOW_SECONDS / 2)
    measurements.run(run_sample(100))
    assert measurements.get_current_metrics().total_executions == 2
    clock.advance(WINDOW_SECONDS / 2)
    metrics = measurements.get_current_metrics()
    assert (metrics.total_executions, metrics.max_total_duration_ms) == (1, 100)
    assert metrics.node_metrics == ()
    clock.advance(WINDOW_SECONDS)
    assert measurements.get_current_metrics().total_executions == 0


def test_throughput_is_that_of_the_time_covered() -> None:
    """After a start the rate is over the time since, later over the window (OPT-13)."""
    measurements, clock = fresh()
    for _ in range(20):
        measurements.arrived("research")
        measurements.run(run_sample(100))
        clock.advance(0.5)
    metrics = measurements.get_current_metrics()
    assert metrics.window_seconds == pytest.approx(10)
    assert metrics.throughput_per_second == pytest.approx(2)
    assert metrics.offered_per_second == pytest.approx(2)
    clock.advance(WINDOW_SECONDS - 12)
    assert measurements.get_current_metrics().throughput_per_second < 0.03


def test_failures_and_departures_are_told_apart() -> None:
    """Errors and timeouts fail, partial answers do not, a departed caller counts nowhere."""
    measurements, clock = fresh()
    for status in RunStatus:
        measurements.run(run_sample(100, status))
    clock.advance(1)
    metrics = measurements.get_current_metrics()
    assert metrics.total_executions == 4
    assert metrics.failed_executions == 2
    assert metrics.cancelled_executions == 1
    assert metrics.error_rate == 0.5
    assert metrics.throughput_per_second == pytest.approx(2)


def test_cache_rates_are_none_until_a_cache_is_asked() -> None:
    """No request is not a hit rate of zero; with requests, node and whole agree (OPT-03)."""
    measurements, _ = fresh()
    measurements.node(node_sample("parse_frame"))
    assert measurements.get_current_metrics().cache_hit_rate is None
    for outcome in (CacheOutcome.HIT, CacheOutcome.HIT, CacheOutcome.HIT, CacheOutcome.MISS):
        measurements.node(node_sample("pubmed_search", cache=outcome, failed=True))
    metrics = measurements.get_current_metrics()
    assert (metrics.cache_hit_rate, metrics.cache_requests) == (0.75, 4)
    parse, pubmed = metrics.node_metrics
    assert (parse.node_name, parse.cache_hit_rate, parse.error_rate) == ("parse_frame", None, 0)
    assert (pubmed.cache_hit_rate, pubmed.error_rate, pubmed.execution_count) == (0.75, 1, 4)


def test_a_run_is_active_until_it_ends_however_it_ends() -> None:
    """The number of active runs returns to zero after an exception too."""
    measurements, _ = fresh()

    def broken() -> None:
        with measurements.running("research"):
            assert measurements.get_current_metrics().active_executions == 1
            message = "node broke"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="node broke"):
        broken()
    assert measurements.get_current_metrics().active_executions == 0


def test_waits_for_connections_are_measured() -> None:
    """Pool waits have a p95 of their own (OPT-08)."""
    measurements, _ = fresh()
    for waited_ms in range(1, 101):
        measurements.pool_wait(waited_ms)
    metrics = measurements.get_current_metrics()
    assert metrics.pool_waits == 100
    assert metrics.pool_wait_p95_ms == pytest.approx(95, rel=0.02)


def test_samples_from_threads_are_all_counted() -> None:
    """Synchronous nodes run in threads; none of their samples is lost."""
    measurements, _ = fresh()
    with ThreadPoolExecutor(4) as pool:
        for _ in range(2000):
            pool.submit(measurements.node, node_sample("parse_frame"))
    (node,) = measurements.get_current_metrics().node_metrics
    assert node.execution_count == 2000


class State(TypedDict):
    """The least that a graph needs."""

    question: str


async def searched(measurements: Measurements, clock: FakeClock, *, together: bool) -> None:
    """Run a real graph whose two searches take a second of the clock each."""
    both_run = asyncio.Barrier(2)

    def search(name: str) -> object:
        async def node(_: State) -> None:
            began = clock()
            if together:
                await both_run.wait()
            clock.advance(0.5 if together else 1.0)
            if together:
                await both_run.wait()
            measurements.node(node_sample(name, (clock() - began) * 1000))

        return node

    builder = StateGraph(State)
    builder.add_node("pubmed_search", search("pubmed_search"))  # type: ignore[call-overload]  # object
    builder.add_node("rag_search", search("rag_search"))  # type: ignore[call-overload]  # as above
    builder.add_edge(START, "pubmed_search")
    builder.add_edge(START if together else "pubmed_search", "rag_search")
    builder.add_edge("rag_search", END)
    with measurements.running("research"):
        await builder.compile().ainvoke({"question": "?"})


@pytest.mark.parametrize(("together", "wait_ms", "overlap"), [(True, 0, 1), (False, 1000, 0)])
async def test_overlap_of_searches_is_measured_in_a_real_graph(
    together: bool, wait_ms: float, overlap: float
) -> None:
    """Parallel searches wait for nothing, serial ones for each other (OPT-08)."""
    measurements, clock = fresh()
    await searched(measurements, clock, together=together)
    metrics = measurements.get_current_metrics()
    assert metrics.searched_runs == 1
    assert metrics.search_overlap == pytest.approx(overlap)
    assert metrics.search_wait_ms == pytest.approx(wait_ms)


async def test_searches_of_different_runs_do_not_count_as_parallel() -> None:
    """Two serial runs at the same time stay serial: each run is watched by itself (OPT-08)."""
    measurements, clock = fresh()

    async def serial_run(first: asyncio.Event, then: asyncio.Event) -> None:
        with measurements.running("research"):
            measurements.node(node_sample("pubmed_search", 1000))
            first.set()
            await then.wait()
            clock.advance(1)
            measurements.node(node_sample("rag_search", 1000))

    one, other = asyncio.Event(), asyncio.Event()
    clock.advance(10)
    await asyncio.gather(serial_run(one, other), serial_run(other, one))
    metrics = measurements.get_current_metrics()
    assert metrics.searched_runs == 2
    assert metrics.search_overlap == pytest.approx(0)
