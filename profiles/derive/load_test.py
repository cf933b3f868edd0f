"""What an analysis asks the version that it measures."""

from profiles.derive.number import Derived, Limit
from profiles.profile import Profile
from profiles.rollout import Analysis


def load_test_requests(profile: Profile, analysis: Analysis) -> Derived:
    """Return the questions that one analysis asks within the rate limit's window (PL030)."""
    warm_up, interval = analysis.metric_interval_seconds, analysis.interval_seconds
    # Flagger's first tick only warms up; each check after it is loaded for an interval at most.
    window, whole = profile.api.rate_limit_window_seconds, warm_up + analysis.checks * interval
    lasts = f"({warm_up} s warm-up + {analysis.checks} checks x {interval} s)"
    return Derived(
        key="analysis.questions",
        name="questions of a load test",
        value=analysis.load_test_rps * min(whole, window),
        unit="requests",
        arithmetic=f"{analysis.load_test_rps}/s x "
        + (lasts if whole <= window else f"{window} s of the limit's window"),
        fields=(
            "rollout.analysis.load_test_rps",
            "rollout.analysis.metric_interval_seconds",
            "rollout.analysis.interval_seconds",
            f"rollout.analysis.{'iterations' if analysis.weights is None else 'weights'}",
            "api.rate_limit_window_seconds",
        ),
        limit=Limit(value=profile.api.rate_limit_requests, field="api.rate_limit_requests"),
    )
