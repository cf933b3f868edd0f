"""Every threshold of the health checks flips its verdict exactly at the boundary."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.health.status import HealthStatus
from runtime.health.verdicts import (
    caching_verdict,
    configuration_verdict,
    database_verdict,
    external_verdict,
    resource_verdict,
)
from tests.runtime.health.parts import answer, usage
from tests.runtime.observability.limits import embedded_config, health_thresholds

HEALTHY, DEGRADED, CRITICAL = HealthStatus.HEALTHY, HealthStatus.DEGRADED, HealthStatus.CRITICAL


@given(st.floats(min_value=0.001, max_value=1e6))
def test_a_database_is_slow_only_above_its_limit(limit_ms: float) -> None:
    """At the limit it is healthy, right above degraded, whatever the limit is (HLT-05)."""
    thresholds = replace(health_thresholds(), database_degraded_ms=limit_ms)
    assert database_verdict(limit_ms, thresholds).status is HEALTHY
    assert database_verdict(math.nextafter(limit_ms, math.inf), thresholds).status is DEGRADED


@pytest.mark.parametrize("resource", ["cpu", "memory"])
@given(low=st.floats(1, 49), high=st.floats(50, 100))
def test_bands_of_resources_begin_right_above_their_limits(
    resource: str, low: float, high: float
) -> None:
    """An edit of either band of CPU or memory moves the verdict with it (HLT-08)."""
    bands: dict[str, Any] = {
        f"{resource}_degraded_percent": low,
        f"{resource}_critical_percent": high,
    }
    thresholds = replace(health_thresholds(), **bands)

    def at(percent: float) -> HealthStatus:
        used: dict[str, Any] = {f"{resource}_percent": percent}
        sample = replace(usage(0, 0), **used)
        return resource_verdict(sample, thresholds).status

    assert at(low) is HEALTHY
    assert at(math.nextafter(low, math.inf)) is DEGRADED
    assert at(high) is DEGRADED
    assert at(math.nextafter(high, math.inf)) is CRITICAL


def test_resource_details_are_the_documented_ones() -> None:
    """CPU, memory and resident memory stand in the details (HLT-08)."""
    verdict = resource_verdict(usage(71, 12), health_thresholds())
    assert verdict.details == {"cpu_percent": 71, "memory_percent": 12, "memory_mb": 100}
    assert "CPU 71.0 %" in verdict.message


@pytest.mark.parametrize(
    ("section", "field"),
    [
        ("graph", "default_budget_ms"),
        ("graph", "max_parallel_nodes"),
        ("upstreams", "pubmed_requests_per_second"),
    ],
)
def test_each_setting_that_no_run_can_do_without_is_named(section: str, field: str) -> None:
    """Budget, parallel nodes and PubMed's rate must exceed zero, else unhealthy (HLT-09)."""
    config = embedded_config()
    # Budgets are ordered, so that a budget of zero needs node times of zero.
    ordered = replace(config, graph=replace(config.graph, node_timeout_ms=0))
    zero: dict[str, Any] = {field: 0}
    broken_section: dict[str, Any] = {section: replace(getattr(ordered, section), **zero)}
    broken = replace(ordered, **broken_section)
    verdict = configuration_verdict(broken)
    assert verdict.status is HealthStatus.UNHEALTHY
    assert verdict.details["issues"] == [f"{section}.{field} 0 must exceed 0"]
    assert configuration_verdict(config).status is HEALTHY


def test_lost_sources_degrade_and_are_named() -> None:
    """One of three sources lost is degraded, not worse, and the message says which (HLT-06)."""
    verdict = external_verdict({"pubmed": "no answer within 800 ms", "ctgov": ""})
    assert verdict.status is DEGRADED
    assert verdict.message == "pubmed: no answer within 800 ms"
    assert verdict.details["sources"]["ctgov"] == "reachable"
    assert external_verdict({"pubmed": "", "ctgov": ""}).status is HEALTHY


async def test_a_lost_cache_degrades() -> None:
    """The cache's failure is never worse than degraded (HLT-07)."""
    lost = caching_verdict(await answer(reachable=False, reason="refused")(), "external")
    assert (lost.status, lost.message) == (DEGRADED, "refused")
    assert caching_verdict(await answer()(), "none").status is HEALTHY
