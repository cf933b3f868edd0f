"""profiles.rules.connection: keep-alive and cap against what stands before the service."""

from typing import Any

import pytest

from profiles.rules import check
from tests.profiles.build import mended, nested, profile

INGRESS: dict[str, Any] = {
    "kind": "ingress",
    "host": "orchestrator.example.org",
    "class_name": None,
    "tls_secret": "orchestrator-tls",
    "issuer": None,
    "gateway": None,
    "controller_namespace": "ingress-nginx",
}


@pytest.mark.parametrize(
    "before", [nested("workload.service_type", "LoadBalancer"), nested("network.ingress", INGRESS)]
)
def test_a_keep_alive_as_short_as_the_proxys_is_found(before: dict[str, Any]) -> None:
    """Rule 18: equal is too short, because the two ends do not start to count together."""
    broken = profile(**before, **nested("api.keep_alive_seconds", 60))
    (finding,) = check(broken)
    assert (finding.rule, finding.severity) == ("PL018", "warning")
    assert finding.edit == (("api.keep_alive_seconds", 65),)
    assert check(mended(broken, finding)) == ()


def test_without_a_proxy_any_keep_alive_will_do() -> None:
    """Callers inside the cluster open a new connection where the old one is gone."""
    assert check(profile(**nested("api.keep_alive_seconds", 1))) == ()


def test_the_cap_counts_the_idle_connections_of_a_proxy_only_where_there_is_one() -> None:
    """Rule 19: the cap that suits the stack alone is full of idle connections behind a proxy."""
    cap = nested("api.max_connections", 100)
    assert check(profile(**cap)) == ()
    broken = profile(**cap, **nested("workload.service_type", "LoadBalancer"))
    (finding,) = check(broken)
    assert finding.arithmetic == (
        "32 runs + 640 idle of proxies + 2 probes = 674 > 100 api.max_connections"
    )
    assert check(mended(broken, finding)) == ()
