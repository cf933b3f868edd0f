"""profiles.rules.upstream: what a key allows, and a fleet that needs one limiter."""

from typing import Any

from profiles.rules import check
from tests.profiles.build import profile


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
