"""Rule on the server's own end: before it is killed, and not before its requests."""

from collections.abc import Iterator
from typing import Any

from profiles.derive import drain_seconds, grace_seconds, service_drain_seconds
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_DRAIN, _GRACE = "workload.drain_seconds", "workload.termination_grace_seconds"


def _server_ends_by_itself(profile: Profile) -> Iterator[Comparison]:
    yield _before_the_kill(profile)
    if profile.workload.drain_seconds is not None:  # else the grace period decides: PL015
        yield _after_the_requests(profile)


def _before_the_kill(profile: Profile) -> Comparison:
    workload, grace = profile.workload, grace_seconds(profile)
    drain, flush = service_drain_seconds(profile), workload.flush_seconds
    needed = workload.prestop_seconds + drain + flush
    holds, sign = related(needed, "<=", grace)
    return Comparison(
        fields=(_DRAIN, "workload.prestop_seconds", "workload.flush_seconds", _GRACE),
        holds=holds,
        arithmetic=f"{workload.prestop_seconds} preStop + {drain} drain + {flush} flush = {needed} "
        f"s {sign} {grace} s of grace",
        **_mending(profile, holds=holds),
    )


def _after_the_requests(profile: Profile) -> Comparison:
    workload, request = profile.workload, profile.api.request_timeout_seconds
    drain, needed = service_drain_seconds(profile), workload.farewell_seconds + request
    holds, sign = related(drain, ">=", needed)
    return Comparison(
        fields=(_DRAIN, "workload.farewell_seconds", "api.request_timeout_seconds"),
        holds=holds,
        arithmetic=f"drain {drain} s {sign} {workload.farewell_seconds} farewell "
        f"+ {request} longest request = {needed} s",
        **_mending(profile, holds=holds),
    )


def _mending(profile: Profile, *, holds: bool) -> dict[str, Any]:
    """Return fix and edit: the drain that the grace period leaves, where that one is enough."""
    if holds:
        return {}
    if grace_seconds(profile) >= drain_seconds(profile).value:
        fix = f"set {_DRAIN} to null, which takes what the grace period leaves"
        return {"fix": fix, "edit": ((_DRAIN, None),)}
    fix = f"set {_DRAIN} and {_GRACE} to null: both then follow from the longest request"
    return {"fix": fix, "edit": ((_DRAIN, None), (_GRACE, None))}


RULES = (
    Rule(
        id="PL016",
        title="the server ends by itself, after its requests and before it is killed",
        severity="warning",
        reason="A server that still waits when the grace period ends loses what it had to write.",
        source="speakeasy gram#3494; Kubernetes' documentation of a pod's termination",
        incident="speakeasy (gram#3494): the server drained for 10 s while its upstream took up to "
        "60 s, and every deployment cut answers off",
        compare=_server_ends_by_itself,
    ),
)
