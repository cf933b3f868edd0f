"""How long a pod takes to end."""

from profiles.derive.number import Derived, Limit
from profiles.profile import Profile
from profiles.workers import Workers


def drain_seconds(profile: Profile) -> Derived:
    """Return the time a pod needs to end without cutting a request off (rule PL015)."""
    workload, request = profile.workload, profile.api.request_timeout_seconds
    stated = workload.termination_grace_seconds
    field = "workload.termination_grace_seconds"
    return Derived(
        key="time.drain",
        name="time to drain a pod",
        value=workload.prestop_seconds
        + workload.farewell_seconds
        + request
        + workload.flush_seconds,
        unit="s",
        arithmetic=f"{workload.prestop_seconds} preStop + {workload.farewell_seconds} farewell + "
        f"{request} longest request + {workload.flush_seconds} flush",
        fields=(
            "workload.prestop_seconds",
            "workload.farewell_seconds",
            "api.request_timeout_seconds",
            "workload.flush_seconds",
        ),
        limit=None if stated is None else Limit(value=stated, field=field),
    )


def grace_seconds(profile: Profile) -> int:
    """Return the time that a pod gets to end: as stated, else what it needs to drain."""
    stated = profile.workload.termination_grace_seconds
    return int(drain_seconds(profile).value) if stated is None else stated


def worker_grace_seconds(workers: Workers, profile: Profile) -> int:
    """Return the time that a worker's pod gets to end: its drain, and the flush.

    Nothing withdraws an endpoint, for nobody calls it: there is no preStop and no farewell.
    """
    return workers.drain_seconds + profile.workload.flush_seconds


def service_drain_seconds(profile: Profile) -> int:
    """Return the time that the service gives its requests after SIGTERM (rule PL016).

    That is as stated, else what preStop and flush leave of the grace period.
    """
    workload = profile.workload
    if workload.drain_seconds is not None:
        return workload.drain_seconds
    return max(0, grace_seconds(profile) - workload.prestop_seconds - workload.flush_seconds)
