"""profiles.rules: each rule broken alone, with the numbers and a fix."""

from typing import Any

import pytest

from profiles.load import dump_profile, load_values
from profiles.named import merged
from profiles.rules import RULES, check
from tests.profiles.build import POOLER, nested, profile

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL001": (
        nested("database.pool.size", 20),
        "(10 primary + 10 canary + 1 surge) x 1 workers x (20 + 3) + 2 jobs + 3 reserved = 488 "
        "> 200 database.server.max_connections",
    ),
    "PL002": (
        nested("database.server.pooler", POOLER | {"server_connections": 66}),
        "(2 poolers + 1 that ends) x 66 + 2 jobs + 3 reserved = 203 > 200 "
        "database.server.max_connections",
    ),
    "PL004": (nested("disruption.min_available", 3), "min_available 3 >= 3 scaling.min_replicas"),
    "PL005": (
        {"scaling": {"min_replicas": 1}, "disruption": {"min_available": 1}},
        "min_available 1 with 1 scaling.min_replicas",
    ),
    "PL007": (nested("workload.replicas", 3), "replicas 3 beside an autoscaler of 3 to 10"),
    "PL009": (
        # The request is then the limit, for which there must be room (PL047).
        nested("workload.resources.memory_request_mib", None)
        | nested("cluster.quota.memory_request_mib", 131_072),
        "target 80 % of workload.resources.memory_request_mib, which is not set",
    ),
    "PL010": (
        nested(
            "scaling.demand",
            {"through": "keda", "active_runs_per_pod": 32, "reader_namespace": "keda"},
        ),
        "target 32 >= 32 api.max_concurrent_graphs",
    ),
    "PL015": (
        nested("workload.termination_grace_seconds", 30),
        "grace 30 s < 5 preStop + 30 longest request + 5 flush = 40 s",
    ),
    "PL020": (
        nested("workload.probes.liveness.path", "/readyz"),
        "liveness asks /readyz, which checks dependencies",
    ),
    "PL023": (
        nested("cache.memory_tier_mib", 3800),
        "1 workers x (256 process + 3800 cache) + 64 in-memory /tmp = 4120 MiB > "
        "0.9 x 4096 MiB limit",
    ),
    "PL027": (
        nested("cache.server.maxmemory_mib", 200),
        "200 MiB > 0.75 x 256 MiB limit, without persistence",
    ),
    "PL028": (
        nested("cache.pool_size", 32),
        "(10 primary + 10 canary + 1 surge) x 1 workers x 2 clients x 32 connections + 10 "
        "reserved = 1354 >= 1000 cache.server.max_clients",
    ),
    "PL029": (
        nested("rollout.analysis.success_rate_min_percent", 95.0),
        "canary accepts 95.0 % success < 99.0 % objective",
    ),
    "PL034": (
        nested("database.server.backup.storage_gib", 50),
        "(30 days x 1 a day + 2) x 5 % of 50 GiB = 80 GiB > 50 GiB",
    ),
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
    "PL041": (
        nested("upstreams.limiter", "pod"),
        "1.5 x 21 pods = 31.5/s > 3/s allowed without a key",
    ),
    "PL047": (
        nested("cluster.quota.memory_request_mib", 40_960),
        "43008 service (21 x 2048) + 2048 database (1 x 2048) + 512 backup (2 x 256) + "
        "256 cache (1 x 256) + 64 flagger (1 x 64) + 64 load_tester (1 x 64) + "
        "256 prometheus (1 x 256) = 46208 > 40960 cluster.quota.memory_request_mib",
    ),
    "PL049": (
        nested("cluster.limits.max_memory_mib", 2048),
        "workload.resources.memory_limit_mib 4096 > 2048 cluster.limits.max_memory_mib",
    ),
    "PL048": (
        nested("monitoring.alarms.window_seconds", 15),
        "window 15 s < 4 x 5 s between scrapes",
    ),
}
"""For each rule the edit of the recommended profile that breaks it alone, and its arithmetic."""


def test_every_rule_has_a_profile_that_breaks_it() -> None:
    """A rule without a case here would be a rule that nobody has seen fire."""
    assert {rule.id for rule in RULES} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_found_alone_with_its_numbers(rule: str) -> None:
    """CFG-12: the report has the rule, the numbers compared, and a fix."""
    edit, arithmetic = BREAKS[rule]
    (finding,) = check(profile(**edit))
    assert (finding.rule, finding.arithmetic) == (rule, arithmetic)
    assert finding.fix
    assert finding.numbers


@pytest.mark.parametrize("rule", BREAKS)
def test_the_edit_that_a_finding_proposes_mends_it_and_breaks_nothing(rule: str) -> None:
    """A suggested fix, applied, leaves a profile in which every rule holds."""
    broken = profile(**BREAKS[rule][0])
    (finding,) = check(broken)
    values = dump_profile(broken)
    for path, value in finding.edit:
        values = merged(values, nested(path, value))
    assert check(load_values(values)) == ()


def test_the_document_profiles_break_what_the_documents_get_wrong() -> None:
    """CON-18: document 004's pool of 60 for each pod exhausts its database; the rules say so."""
    assert [finding.rule for finding in check(profile("document-004"))] == ["PL001"]
    for name in ("recommended", "document-000", "production-lean", "embedded"):
        assert check(profile(name)) == ()


@pytest.mark.parametrize(
    ("server", "arithmetic"),
    [
        (
            {"maxmemory_mib": 160, "persistence": {"storage_gib": 1}},
            "160 MiB > 0.6 x 256 MiB limit, with persistence",
        ),
        (
            {
                "maxmemory_mib": 600,
                "resources": {"memory_request_mib": 1024, "memory_limit_mib": 1024},
                "persistence": {"storage_gib": 1},
            },
            "3 x 600 MiB of data > 1 GiB",
        ),
    ],
)
def test_a_redis_that_writes_needs_memory_and_disk_for_the_rewrite(
    server: dict[str, Any], arithmetic: str
) -> None:
    """PL027: a rewrite forks, and its result lies beside the file that it replaces."""
    server["persistence"] |= {"storage_class": None, "fsync": "everysec"}
    (finding,) = check(profile(cache={"server": server}))
    assert (finding.rule, finding.arithmetic) == ("PL027", arithmetic)


def test_optimizer_bands_outside_the_objective_are_found() -> None:
    """An optimizer that is silent at 5 % errors cannot keep a promise of 99 %."""
    (finding,) = check(profile(objectives={"error_rate_max": 0.05}))
    assert finding.fix == "lower objectives.error_rate_max to 0.01"


def test_a_latency_bound_above_the_objective_is_found() -> None:
    """A canary must not promote what is slower than the objective."""
    (finding,) = check(profile(rollout={"analysis": {"latency_max_ms": 9000}}))
    assert finding.arithmetic == "canary accepts 9000 ms > 4000 ms objective"


def test_an_upstream_key_raises_the_allowed_rate() -> None:
    """CON-17: with a key NCBI allows ten requests a second, for the fleet as a whole."""
    edit = {"limiter": "pod", "pubmed_requests_per_second": 3.0, "pubmed_has_key": True}
    assert (
        check(profile("document-000", upstreams={**edit, "pubmed_requests_per_second": 2.5})) == ()
    )
    (finding,) = check(profile("document-000", upstreams=edit))
    assert "3.0 x 4 pods = 12/s > 10/s allowed with a key" in finding.arithmetic


def test_a_fleet_too_large_for_any_rate_is_told_to_share_one() -> None:
    """No rate within the allowed range would help twenty pods without a common limit."""
    edit: dict[str, Any] = {
        "upstreams": {"limiter": "pod"},
        "cache": {"mode": "none", "server": None},
    }
    (finding,) = check(profile(**edit))
    assert finding.edit == ()
    assert "set upstreams.limiter to fleet" in finding.fix


@pytest.mark.parametrize(
    ("sections", "arithmetic", "fix"),
    [
        (
            nested("monitoring.alarms.cpu_critical_percent", 60.0),
            "alarm above 60 %, degraded only above 70 %",
            "set monitoring.alarms.cpu_critical_percent between 70 and 100, such as 85",
        ),
        (
            nested("monitoring.alarms.memory_high_percent", 100.0)
            | nested("health.memory_critical_percent", 100.0),
            "alarm above 100 %, which no use exceeds",
            "set monitoring.alarms.memory_high_percent between 70 and 100, such as 85",
        ),
        (
            nested("objectives.p95_latency_ms", 60_000),
            "alarm above 60000 ms, but the histogram ends at 60000 ms",
            "lower objectives.p95_latency_ms below 60000",
        ),
        (
            nested("monitoring.alarms.efficiency_low", 0.995),
            "alarm below 0.995 > 0.99 that is promised",
            "set monitoring.alarms.efficiency_low above 0 and to at most 0.99",
        ),
        (
            nested("monitoring.alarms.efficiency_low", 0.0),
            "alarm below 0, which no share is",
            "set monitoring.alarms.efficiency_low above 0 and to at most 0.99",
        ),
    ],
)
def test_an_alarm_that_never_fires_or_always_does_is_found(
    sections: dict[str, Any], arithmetic: str, fix: str
) -> None:
    """Rule 48: a warning, with the numbers that make the alarm worthless (ALR-04)."""
    (finding,) = check(profile(**sections))
    assert (finding.rule, finding.severity) == ("PL048", "warning")
    assert (finding.arithmetic, finding.fix) == (arithmetic, fix)
    values = dump_profile(profile(**sections))
    for path, value in finding.edit:
        values = merged(values, nested(path, value))
    assert bool(finding.edit) == (check(load_values(values)) == ())


def test_alarms_that_nobody_reads_break_no_rule() -> None:
    """Without rules in the cluster no alarm exists that could be wrong."""
    unread = {"alarms": {"window_seconds": 1}}
    assert check(profile("embedded", monitoring=unread)) == ()
    (finding,) = check(profile("embedded", monitoring=unread | {"rules": True}))
    assert finding.rule == "PL048"


def test_an_alarm_after_the_service_calls_itself_critical_is_found() -> None:
    """Rule 29: a person is not told later than the health check speaks (ALR-01, HLT-08)."""
    (finding,) = check(profile(**nested("monitoring.alarms.memory_high_percent", 95.0)))
    assert (finding.rule, finding.severity) == ("PL029", "error")
    assert "95 % > 90 % at which the service calls itself critical" in finding.arithmetic


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (
            {"objectives": {"minimum_samples": 100}},
            "1/s x 60 s = 60 samples < 100 needed",
        ),
        (
            nested("rollout.analysis.load_test_rps", 2),
            "2/s x 660 s (60 s warm-up and 10 checks of 60 s) = 1320 requests > 1000 that one "
            "caller may send in 3600 s",
        ),
        (
            {
                "objectives": {"mean_latency_ms": 60_000, "p95_latency_ms": 60_000},
                "rollout": {"analysis": {"latency_max_ms": 60_000}},
            },
            "limit 60000 ms >= 60000 ms, the most that the service's histogram tells apart",
        ),
    ],
)
def test_an_analysis_that_cannot_measure_is_found(edit: dict[str, Any], arithmetic: str) -> None:
    """PL030: too few samples, a load that is refused for its number, a latency never told."""
    found = [finding for finding in check(profile(**edit)) if finding.rule == "PL030"]
    assert [finding.arithmetic for finding in found] == [arithmetic]
