"""infra.monitoring: which alerts fire on which series, and what they tell."""

import json
from pathlib import Path

import pytest

from infra.monitoring import rule_groups
from profiles import contract
from tests.infra.monitoring.series import (
    CANDIDATE,
    PODS,
    PRIMARY,
    Series,
    canary,
    case,
    config,
    expression,
    gauge,
    mean,
    names,
    requests,
    runs,
    slow,
    stack,
)
from tests.infra.promtool import check_rules, try_rules
from tests.profiles.build import nested, profile
from tests.stacks import STACKS

FIRING: dict[str, list[list[Series]]] = {
    "PlumblineCpuCritical": [[gauge(contract.CPU_USED, 90.5, pod)] for pod in PODS],
    "PlumblineMemoryHigh": [[gauge(contract.MEMORY_USED, 85.5, pod)] for pod in PODS],
    "PlumblineQueueLong": [[gauge(contract.GRAPH_ACTIVE, 16, pod)] for pod in PODS],
    "PlumblineRequestsFail": [requests("/invoke", s200=989, s503=11)],
    "PlumblineRunsFail": [runs(success=989, error=11), runs(success=989, error=6, timeout=5)],
    "PlumblineLatencyHigh": [slow(within_4=94)],
    "PlumblineLatencyMeanHigh": [mean(2010)],
    "PlumblineEfficiencyLow": [runs(success=59, partial=41)],
    "PlumblineRunsWait": [[gauge(contract.RUN_OLDEST_WAIT_SECONDS, 31, pod)] for pod in PODS],
    "PlumblineAbsent": [[gauge("up", 0)], [gauge("up", 1, CANDIDATE)], []],
    "PlumblineRestarted": [
        [(contract.PROCESS_START, {"pod": pod}, "100x46 200x34")] for pod in PODS
    ],
    "PlumblineComponentFailed": [
        [gauge(contract.HEALTH_STATUS, severity, component="database_connectivity")]
        for severity in (2, 3)
    ],
    "PlumblineComponentDegraded": [[gauge(contract.HEALTH_STATUS, 1, component="caching")]],
    "PlumblineConfigurationDiffers": [config(primary="a", second="b")],
    "PlumblineConfigurationOverridden": [[gauge(contract.CONFIG_OVERRIDES, 1)]],
    "PlumblineVersionRejected": [
        canary(2, exported_namespace="bio-mcp-production", namespace="flagger-system"),
        canary(2),
    ],
}
"""For each alert the series, just beyond production's bounds, on which it alone fires."""

QUIET: dict[str, list[list[Series]]] = {
    "PlumblineCpuCritical": [[gauge(contract.CPU_USED, 90)]],
    "PlumblineMemoryHigh": [[gauge(contract.MEMORY_USED, 85)]],
    "PlumblineQueueLong": [[gauge(contract.GRAPH_ACTIVE, 15)]],
    "PlumblineRequestsFail": [
        requests("/invoke", s200=991, s503=9),
        requests(contract.HEALTH_PATH, s503=1000),
        requests("/invoke", s422=1000),
    ],
    "PlumblineRunsFail": [
        runs(success=991, error=9),
        runs(success=10, cancelled=1000),
        # Three in the window, which says nothing.
        [(contract.GRAPH_EXECUTIONS, {"pod": PRIMARY, "status": "error"}, "0x45 1 2 3x34")],
    ],
    "PlumblineLatencyHigh": [slow(within_4=96)],
    "PlumblineLatencyMeanHigh": [mean(1990)],
    "PlumblineEfficiencyLow": [runs(success=61, partial=39)],
    "PlumblineRunsWait": [[gauge(contract.RUN_OLDEST_WAIT_SECONDS, 30)]],
    "PlumblineAbsent": [[gauge("up", 0, PRIMARY[:-1] + "z")]],
    "PlumblineRestarted": [[gauge(contract.PROCESS_START, 100)]],
    "PlumblineComponentFailed": [[gauge(contract.HEALTH_STATUS, 0, component="caching")]],
    "PlumblineComponentDegraded": [[gauge(contract.HEALTH_STATUS, 1, component="resource_usage")]],
    "PlumblineConfigurationDiffers": [config(primary="a", candidate="b")],
    "PlumblineConfigurationOverridden": [[gauge(contract.CONFIG_OVERRIDES, 0)]],
    "PlumblineVersionRejected": [
        canary(0),
        canary(1),
        canary(2, exported_namespace="bio-mcp-staging", namespace="flagger-system"),
    ],
}
"""For each alert the series, at production's bounds or beside the point, on which none fires."""


def test_every_alert_has_series_on_which_it_fires() -> None:
    """An alert without a case here would be one that nobody has seen fire (ALR-04)."""
    assert names(rule_groups(stack("production"))) == list(FIRING) == list(QUIET)


@pytest.mark.parametrize("alert", FIRING)
def test_an_alert_fires_alone_beyond_the_profiles_bound_and_not_at_it(
    alert: str, tmp_path: Path
) -> None:
    """ALR-01, ALR-03: Prometheus' own evaluation, over primary's and candidate's pods."""
    absent = alert == "PlumblineAbsent"
    cases = [case(series, alert, absent=absent) for series in FIRING[alert]]
    cases += [case(series, None) for series in QUIET[alert]]
    # No rule waits for less than two minutes: one look a minute tells the same as four.
    assert try_rules(rule_groups(stack("production")), cases, tmp_path, every="1m") == ""


def test_a_fired_alert_tells_pod_value_and_bound(tmp_path: Path) -> None:
    """Who is woken up reads what is wrong, by how much, and what to do first (OPS-09)."""
    told = case([gauge(contract.CPU_USED, 97.25)], "PlumblineCpuCritical")
    groups = rule_groups(stack("production"))
    labels = {"severity": "critical", "service": "bio-mcp-orchestrator", "pod": PRIMARY}
    (rule,) = (r for g in groups for r in g["rules"] if r["alert"] == "PlumblineCpuCritical")
    described = {"description": f"{PRIMARY} uses 97.2 % of its CPU limit, above 90 %."}
    told["alert_rule_test"] = [
        {
            "eval_time": "15m",
            "alertname": "PlumblineCpuCritical",
            "exp_alerts": [
                {
                    "exp_labels": labels | {"namespace": "bio-mcp-production"},
                    "exp_annotations": rule["annotations"] | described,
                }
            ],
        }
    ]
    assert try_rules(groups, [told], tmp_path) == ""


def test_an_alert_waits_until_its_condition_has_held(tmp_path: Path) -> None:
    """A spike of less than the profile's two minutes wakes nobody."""
    held = case([gauge(contract.CPU_USED, 99)], None)
    held["promql_expr_test"][0]["eval_time"] = "105s"
    assert try_rules(rule_groups(stack("production")), [held], tmp_path) == ""


@pytest.mark.parametrize("name", STACKS)
def test_the_rules_of_every_stack_are_ones_that_prometheus_reads(name: str, tmp_path: Path) -> None:
    """INF-18: expressions, durations and templates pass `promtool check rules`."""
    assert check_rules(rule_groups(stack(name)), tmp_path) == ""


def test_a_rolling_stack_watches_the_pods_that_it_has() -> None:
    """Without Flagger no rule waits for a primary or for Flagger's verdict."""
    groups = rule_groups(stack("development"))
    assert "PlumblineVersionRejected" not in names(groups)
    assert "primary" not in json.dumps(groups)


BOUNDS = {
    "monitoring.alarms.cpu_critical_percent": (88.5, "PlumblineCpuCritical", "> 88.5"),
    "monitoring.alarms.memory_high_percent": (80.0, "PlumblineMemoryHigh", "> 80"),
    "monitoring.alarms.active_runs_medium": (12, "PlumblineQueueLong", "> 12"),
    "monitoring.alarms.efficiency_low": (0.55, "PlumblineEfficiencyLow", "< 55 and"),
    "monitoring.alarms.window_seconds": (600, "PlumblineRunsFail", "[600s]"),
    "objectives.error_rate_max": (0.005, "PlumblineRunsFail", "> 0.5 and"),
    "objectives.success_rate_min_percent": (99.5, "PlumblineRequestsFail", "> 0.5 and"),
    "objectives.mean_latency_ms": (1500, "PlumblineLatencyMeanHigh", "> 1500 and"),
    "objectives.p95_latency_ms": (3500, "PlumblineLatencyHigh", "> 3500 and"),
    "objectives.minimum_samples": (25, "PlumblineLatencyHigh", ">= 25"),
    "api.max_concurrent_graphs": (6, "PlumblineQueueLong", "> 5"),
}
"""Fields of the profile, and what an edit of each puts into an expression."""


@pytest.mark.parametrize("field", BOUNDS)
def test_an_edit_of_the_profile_is_an_edit_of_the_rule(field: str) -> None:
    """CFG-01: no number stands in a rule that a profile field does not own."""
    value, alert, written = BOUNDS[field]
    before = expression(rule_groups(profile()), alert)
    after = expression(rule_groups(profile(**nested(field, value))), alert)
    assert written not in before
    assert written in after
