"""How long a pod takes to end."""

from profiles.derive.number import Derived, Limit
from profiles.profile import Profile


def drain_seconds(profile: Profile) -> Derived:
    """Return the time a pod needs to end without cutting a request off (rule PL015)."""
    workload, request = profile.workload, profile.api.request_timeout_seconds
    stated = workload.termination_grace_seconds
    field = "workload.termination_grace_seconds"
    return Derived(
        key="time.drain",
        name="time to drain a pod",
        value=workload.prestop_seconds + request + workload.flush_seconds,
        unit="s",
        arithmetic=f"{workload.prestop_seconds} preStop + {request} longest request + "
        f"{workload.flush_seconds} flush",
        fields=(
            "workload.prestop_seconds",
            "api.request_timeout_seconds",
            "workload.flush_seconds",
        ),
        limit=None if stated is None else Limit(value=stated, field=field),
    )


def grace_seconds(profile: Profile) -> int:
    """Return the time that a pod gets to end: as stated, else what it needs to drain."""
    stated = profile.workload.termination_grace_seconds
    return int(drain_seconds(profile).value) if stated is None else stated
