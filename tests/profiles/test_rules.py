"""profiles.rules: each rule broken alone, with the numbers and a fix."""

from typing import Any

import pytest

from profiles.load import dump_profile, load_values
from profiles.named import merged
from profiles.rules import RULES, check
from tests.profiles.build import nested, profile

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL001": (
        nested("database.pool.size", 20),
        "(10 primary + 10 canary + 1 surge) x 1 workers x (20 + 3) + 2 jobs + 3 reserved = 488 "
        "> 200 database.server.max_connections",
    ),
    "PL004": (nested("disruption.min_available", 3), "min_available 3 >= 3 scaling.min_replicas"),
    "PL005": (
        {"scaling": {"min_replicas": 1}, "disruption": {"min_available": 1}},
        "min_available 1 with 1 scaling.min_replicas",
    ),
    "PL007": (nested("workload.replicas", 3), "replicas 3 beside an autoscaler of 3 to 10"),
    "PL009": (
        nested("workload.resources.memory_request_mib", None),
        "target 80 % of workload.resources.memory_request_mib, which is not set",
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
    "PL029": (
        nested("rollout.analysis.success_rate_min_percent", 95.0),
        "canary accepts 95.0 % success < 99.0 % objective",
    ),
    "PL041": (
        nested("upstreams.limiter", "pod"),
        "1.5 x 21 pods = 31.5/s > 3/s allowed without a key",
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
