"""profiles.derive.upstream: how often the fleet asks."""

from profiles import derive
from tests.profiles.build import profile


def test_a_fleet_limit_is_not_multiplied_by_the_pods() -> None:
    """ORC-05: a rate shared through Redis holds for all pods together."""
    assert derive.pubmed_rate(profile()).value == 1.5
    assert derive.pubmed_rate(profile("document-000", upstreams={"limiter": "pod"})).value == 6.0
