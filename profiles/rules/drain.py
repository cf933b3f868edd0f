"""Rule on how a pod ends."""

from collections.abc import Iterator

from profiles.derive import drain_seconds, grace_seconds
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related


def _grace_covers_longest_request(profile: Profile) -> Iterator[Comparison]:
    needed, grace = drain_seconds(profile), grace_seconds(profile)
    holds, sign = related(grace, ">=", needed.value)
    yield Comparison(
        holds=holds,
        fields=("workload.termination_grace_seconds", *needed.fields),
        arithmetic=f"grace {grace} s {sign} {needed.arithmetic} = {needed.value:.0f} s",
        fix=f"raise workload.termination_grace_seconds to at least {needed.value:.0f}, or set it "
        "to null, which takes that",
        edit=(("workload.termination_grace_seconds", int(needed.value)),),
    )


RULES = (
    Rule(
        id="PL015",
        title="the grace period covers the longest request",
        severity="error",
        reason="Requests are cut off at every deployment.",
        source="speakeasy gram#3494: 10 s of drain against 60 s upstream",
        incident="speakeasy gram#3494: 10 s of drain against 60 s upstream, with requests cut "
        "off at each deployment",
        compare=_grace_covers_longest_request,
    ),
)
