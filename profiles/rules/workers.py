"""Rule on workers of their own: they have time to work on after they are told to end."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_DRAIN, _HANDOVER = "workers.drain_seconds", "execution.handover_seconds"


def _drain_leaves_time(profile: Profile) -> Iterator[Comparison]:
    if profile.workers is None:
        return
    drain, handover = profile.workers.drain_seconds, profile.execution.handover_seconds
    holds, sign = related(drain, ">", handover)
    yield Comparison(
        fields=(_DRAIN, _HANDOVER),
        holds=holds,
        arithmetic=f"{drain} s {_DRAIN} {sign} {handover} s {_HANDOVER}",
        fix=f"raise {_DRAIN} above {handover}: to the time that most runs take, and that much more",
        edit=((_DRAIN, handover + 1),),
    )


RULES = (
    Rule(
        id="PL050",
        title="a worker that is told to end still finishes runs",
        severity="warning",
        reason="With no time before the hand-over every update moves every run, and repeats the "
        "step that each is in.",
        source="own arithmetic; aegra drains for 30 s before it gives runs back",
        incident="",
        compare=_drain_leaves_time,
    ),
)
