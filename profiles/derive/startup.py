"""How long a pod may take to start."""

from profiles.derive.number import Derived
from profiles.profile import Profile

_PROBES = "workload.probes"


def startup_seconds(profile: Profile) -> Derived:
    """Return the time after which a pod that has not started is restarted."""
    startup = profile.workload.probes.startup
    window = startup.period_seconds * startup.failure_threshold
    return Derived(
        key="time.startup",
        name="time to start a pod at most",
        value=startup.initial_delay_seconds + window,
        unit="s",
        arithmetic=f"{startup.initial_delay_seconds} delay + {startup.failure_threshold} tries x "
        f"{startup.period_seconds}",
        fields=(
            f"{_PROBES}.startup.initial_delay_seconds",
            f"{_PROBES}.startup.failure_threshold",
            f"{_PROBES}.startup.period_seconds",
        ),
    )
