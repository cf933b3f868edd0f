"""Rules on how a run is taken over from a worker that died, and on how long it may wait."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_BEATS = 2
"""Renewals in which a lease must not run out: one may come late."""

_LEASE = "execution.lease_seconds"
_BEAT = "execution.heartbeat_seconds"
_REAPER = "execution.reaper_interval_seconds"
_STARVATION, _TIMEOUT = "execution.starvation_seconds", "execution.run_timeout_seconds"


def _leases(profile: Profile) -> Iterator[Comparison]:
    yield _outlives_a_late_heartbeat(profile)
    yield _is_looked_for_in_time(profile)
    yield _ends_while_the_caller_waits(profile)


def _outlives_a_late_heartbeat(profile: Profile) -> Comparison:
    lease, beat = profile.execution.lease_seconds, profile.execution.heartbeat_seconds
    holds, sign = related(lease, ">", _BEATS * beat)
    relation = f"{sign} {_BEATS} x {beat} s = {_BEATS * beat} s of heartbeats"
    return _compared((_BEAT, _LEASE), holds, f"lease {lease} s {relation}", (lease - 1) // _BEATS)


def _is_looked_for_in_time(profile: Profile) -> Comparison:
    lease, every = profile.execution.lease_seconds, profile.execution.reaper_interval_seconds
    holds, sign = related(every, "<", lease)
    relation = f"{sign} {lease} s lease"
    return _compared((_REAPER, _LEASE), holds, f"reaper every {every} s {relation}", lease - 1)


def _compared(
    fields: tuple[str, str], holds: bool, arithmetic: str, longest_seconds: int
) -> Comparison:
    """Return a comparison that shortening the first field to a time mends, where there is one."""
    if holds:
        return Comparison(fields=fields, holds=True, arithmetic=arithmetic)
    shorter = longest_seconds >= 1
    return Comparison(
        fields=fields,
        holds=False,
        arithmetic=arithmetic,
        fix=f"set {fields[0]} to {longest_seconds} or less" if shorter else f"raise {fields[1]}",
        edit=((fields[0], longest_seconds),) if shorter else (),
    )


def _ends_while_the_caller_waits(profile: Profile) -> Comparison:
    execution, wait = profile.execution, profile.api.request_timeout_seconds
    lease, every = execution.lease_seconds, execution.reaper_interval_seconds
    holds, sign = related(lease + every, "<=", wait)
    fix = f"shorten {_LEASE}, with {_BEAT} and {_REAPER} below it, until the sum is {wait} or less"
    return Comparison(
        fields=(_LEASE, _REAPER, "api.request_timeout_seconds"),
        holds=holds,
        arithmetic=f"{lease} lease + {every} reaper = {lease + every} s "
        f"{sign} {wait} s api.request_timeout_seconds",
        fix="" if holds else fix,
    )


def _waits_less_than_it_may_take(profile: Profile) -> Iterator[Comparison]:
    starvation = profile.execution.starvation_seconds
    timeout = profile.execution.run_timeout_seconds
    holds, sign = related(starvation, "<", timeout)
    arithmetic = f"{starvation} s {_STARVATION} {sign} {timeout} s {_TIMEOUT}"
    yield _compared((_STARVATION, _TIMEOUT), holds, arithmetic, timeout - 1)


RULES = (
    Rule(
        id="PL042",
        title="a dead worker's run moves on while its caller still waits",
        severity="error",
        reason="A lease that a busy worker loses runs a step twice; one that nobody looks for is "
        "a run that says it runs and never ends.",
        source="deer-flow#1087, aegra#244",
        incident="",
        compare=_leases,
    ),
    Rule(
        id="PL051",
        title="a run of low priority is taken before its time is over",
        severity="error",
        reason="A run that waits behind higher priorities for as long as it may take at all ends "
        "as a timeout that never ran.",
        source="own arithmetic",
        incident="",
        compare=_waits_less_than_it_may_take,
    ),
)
