"""The optimizer on real measurements."""

from dataclasses import replace

import pytest

from runtime.measure import CacheOutcome
from runtime.observability import Measurements
from runtime.optimization import Level, OptimizationRecommendation, PerformanceOptimizer
from tests.runtime.health.parts import usage
from tests.runtime.observability.clock import FakeClock
from tests.runtime.observability.limits import node_sample, run_sample
from tests.runtime.optimization.metrics import LIMITS

RECOMMENDATION = OptimizationRecommendation(
    component="caching",
    issue="few hits",
    recommendation="keep results longer",
    impact=Level.MEDIUM,
    effort=Level.LOW,
    measured=0.1,
    threshold=0.3,
    unit="fraction",
    samples=10,
    window_seconds=900,
)


def optimizer() -> tuple[PerformanceOptimizer, Measurements, FakeClock]:
    """Return an optimizer of fresh measurements."""
    clock = FakeClock()
    measurements = Measurements(LIMITS, clock)
    return PerformanceOptimizer(LIMITS, measurements, resources=usage), measurements, clock


async def test_slow_runs_are_reported_from_their_measurements() -> None:
    """Samples in, recommendations out: mean, p95, the slow node and the cold cache."""
    subject, measurements, clock = optimizer()
    assert await subject.analyze_performance() == []
    for _ in range(LIMITS.minimum_samples):
        measurements.node(node_sample("rag_search", 4500, cache=CacheOutcome.MISS))
        measurements.run(run_sample(5000))
        clock.advance(10)
    found = await subject.analyze_performance()
    assert [each.component for each in found] == [
        "overall",
        "overall",
        "node.rag_search",
        "caching",
        "caching.rag_search",
    ]
    assert found[0].issue == "mean time of a run 5000 ms, above 2000 ms (10 samples in 100 s)"


async def test_an_applied_optimization_is_run_and_recorded() -> None:
    """True, and an entry with time, component and what was done (OPT-10)."""
    subject, _, _ = optimizer()
    ran = []

    async def keep_longer() -> None:
        ran.append(True)

    assert await subject.apply_optimization(replace(RECOMMENDATION, implementation=keep_longer))
    (entry,) = subject.optimization_history
    assert ran == [True]
    assert entry.pop("timestamp")
    assert entry == {
        "component": "caching",
        "optimization": "keep results longer",
        "success": True,
    }


async def test_a_failed_optimization_is_recorded_with_its_error() -> None:
    """False, and the exception in the entry (OPT-10)."""
    subject, _, _ = optimizer()

    async def fails() -> None:
        message = "out of bounds"
        raise ValueError(message)

    assert not await subject.apply_optimization(replace(RECOMMENDATION, implementation=fails))
    (entry,) = subject.optimization_history
    assert (entry["success"], entry["error"]) == (False, "ValueError: out of bounds")


async def test_without_an_implementation_nothing_is_recorded() -> None:
    """A warning, False, and no entry (OPT-10)."""
    subject, _, _ = optimizer()
    assert not await subject.apply_optimization(RECOMMENDATION)
    assert not subject.optimization_history


async def test_the_profile_is_measured_not_guessed() -> None:
    """Quantiles come from the samples, not from factors of the mean, and usage is real (OPT-12)."""
    subject, measurements, clock = optimizer()
    for duration_ms in [100.0] * 90 + [1000.0] * 10:
        measurements.run(run_sample(duration_ms))
        measurements.node(node_sample("synthesizer", duration_ms))
    clock.advance(10)
    profile = subject.get_performance_profile()
    assert list(profile) == ["orchestrator", "synthesizer"]
    own = profile["orchestrator"]
    assert own.avg_latency_ms == pytest.approx(190)
    assert own.p95_latency_ms == pytest.approx(1000, rel=0.02)
    assert own.p99_latency_ms == pytest.approx(1000, rel=0.02)
    assert own.throughput_per_second == pytest.approx(10)
    assert own.resource_usage == {"cpu_percent": 5, "memory_percent": 5, "memory_mb": 100}
    assert profile["synthesizer"].p99_latency_ms == pytest.approx(1000, rel=0.02)
    assert profile["synthesizer"].resource_usage == {}
