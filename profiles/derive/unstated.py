"""Values that take the place of a null which means `as needed`."""

from profiles.derive.deadline import MARGIN_SECONDS, proxy_request_seconds
from profiles.derive.drain import drain_seconds, grace_seconds, service_drain_seconds
from profiles.derive.number import Derived
from profiles.profile import Profile


def unstated(profile: Profile) -> dict[str, Derived]:
    """Return what is in force for each field that is null and derived, by its dotted path."""
    workload, proxy = profile.workload, profile.network.proxy
    found: dict[str, Derived] = {}
    if workload.termination_grace_seconds is None:
        found["workload.termination_grace_seconds"] = drain_seconds(profile)
    if workload.drain_seconds is None:
        found["workload.drain_seconds"] = _service_drain(profile)
    if proxy.request_timeout_seconds is None:
        found["network.proxy.request_timeout_seconds"] = _proxy(profile)
    return found


def _service_drain(profile: Profile) -> Derived:
    workload = profile.workload
    return Derived(
        key="time.service_drain",
        name="time that requests have after SIGTERM",
        value=service_drain_seconds(profile),
        unit="s",
        arithmetic=f"max(0, {grace_seconds(profile)} grace - {workload.prestop_seconds} preStop - "
        f"{workload.flush_seconds} flush)",
        fields=(
            "workload.termination_grace_seconds",
            "workload.prestop_seconds",
            "workload.flush_seconds",
        ),
    )


def _proxy(profile: Profile) -> Derived:
    longest = profile.api.request_timeout_seconds
    return Derived(
        key="time.proxy",
        name="time that a Gateway waits for an answer",
        value=proxy_request_seconds(profile),
        unit="s",
        arithmetic=f"{longest} longest request + {MARGIN_SECONDS} margin",
        fields=("api.request_timeout_seconds",),
    )
