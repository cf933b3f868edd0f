"""profiles.rules.waiting: each link of the chain, broken alone and mended where it can be."""

from typing import Any

import pytest

from profiles.profile import Profile
from profiles.rules import RULES, check
from profiles.rules.rule import Comparison, Finding
from tests.profiles.build import mended, nested, profile
from tests.profiles.rules.test_connection import INGRESS

ROUTE = INGRESS | {
    "kind": "httproute",
    "tls_secret": None,
    "gateway": {"name": "public", "namespace": "gateways"},
}
ROUTED: dict[str, Any] = {"addons": {"gateway_api": {"provision": "existing"}}}


def of_rule(stack: Profile) -> list[Finding]:
    """Return what PL017 finds."""
    return [finding for finding in check(stack) if finding.rule == "PL017"]


def compared(stack: Profile) -> list[Comparison]:
    """Return all that PL017 compares."""
    return list(next(rule for rule in RULES if rule.id == "PL017").compare(stack))


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (
            ROUTED | {"network": {"ingress": ROUTE, "proxy": {"request_timeout_seconds": 20}}},
            "proxy waits 20000 ms <= 30000 ms api.request_timeout_seconds",
        ),
        (
            nested("graph.max_budget_ms", 30_200),
            "request waits 30000 ms <= 30000 ms searches of the longest run (30200 - 200)",
        ),
        (
            nested("graph.node_timeout_ms", 8000),
            "run waits 8000 ms <= 8000 ms graph.node_timeout_ms",
        ),
        (
            nested("upstreams.attempt_timeout_ms", 3000),
            "node waits 3000 ms <= 3000 ms upstreams.attempt_timeout_ms",
        ),
        (
            nested("database.server.statement_timeout_ms", 30_000),
            "request waits 30000 ms <= 30000 ms database.server.statement_timeout_ms",
        ),
    ],
)
def test_a_link_that_does_not_outlast_the_next_is_found_and_mended(
    edit: dict[str, Any], arithmetic: str
) -> None:
    """Rule 17: equal is too short, and the proposed value breaks no other rule."""
    broken = profile(**edit)
    (finding,) = of_rule(broken)
    assert (finding.severity, finding.arithmetic) == ("warning", arithmetic)
    assert check(mended(broken, finding)) == ()


def test_only_a_person_can_change_somebody_elses_proxy() -> None:
    """The idle timeout of a load balancer is a fact: the rule says so and proposes no value."""
    proxy = nested("network.proxy.idle_timeout_seconds", 20)
    (finding,) = of_rule(profile(**proxy, **nested("workload.service_type", "LoadBalancer")))
    assert finding.arithmetic == "proxy waits 20000 ms <= 30000 ms api.request_timeout_seconds"
    assert finding.edit == ()
    assert finding.fix.startswith("raise the proxy's own idle timeout")


def test_a_stack_without_a_link_compares_one_less() -> None:
    """One process has no load tester, no proxy and no server of a database."""
    assert [comparison.arithmetic for comparison in compared(profile("embedded"))] == [
        "request waits 30000 ms > 29800 ms searches of the longest run (30000 - 200)",
        "run waits 8000 ms > 3000 ms graph.node_timeout_ms",
        "node waits 3000 ms > 2000 ms upstreams.attempt_timeout_ms",
    ]
    assert len(compared(profile())) == 5


def test_a_run_too_short_for_its_calls_is_left_to_a_person() -> None:
    """No node's time lies between a try of a second and a half and a run of one and a half."""
    edit = {"default_budget_ms": 1500, "node_timeout_ms": 1500}
    broken = profile(graph=edit, upstreams={"attempt_timeout_ms": 1400, "call_p99_ms": 1399})
    (finding,) = of_rule(broken)
    assert (finding.arithmetic, finding.edit) == (
        "run waits 1500 ms <= 1500 ms graph.node_timeout_ms",
        (),
    )
