"""The order of the states."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.health.status import HealthStatus, worst

STATUSES = st.sampled_from(HealthStatus)


@given(st.lists(STATUSES, min_size=1), STATUSES)
def test_the_whole_is_its_worst_part(statuses: list[HealthStatus], added: HealthStatus) -> None:
    """The overall state is one of the parts, none is worse, and no part improves it (HLT-01)."""
    whole = worst(statuses)
    assert whole in statuses
    assert all(status.severity <= whole.severity for status in statuses)
    assert worst([*statuses, added]).severity == max(whole.severity, added.severity)


def test_the_order_is_the_documented_one() -> None:
    """Healthy, degraded, unhealthy, critical (HLT-01)."""
    assert [status.value for status in sorted(HealthStatus, key=lambda each: each.severity)] == [
        "healthy",
        "degraded",
        "unhealthy",
        "critical",
    ]


def test_nothing_to_check_is_healthy() -> None:
    """No parts, no problem."""
    assert worst([]) is HealthStatus.HEALTHY
