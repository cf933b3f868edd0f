"""The service's own pods: what rolls them, and how the new version reaches users."""

from collections.abc import Iterator

from plumb.diff.cause import causes_of
from plumb.diff.consequence import Consequence
from plumb.diff.effects.template import parts, template
from plumb.diff.pair import Pair, Twin
from plumb.diff.setting import causes_of_settings
from plumb.diff.words import listed, span
from profiles.contract import CONFIG_HASH_ANNOTATION, PRIMARY_SUFFIX, SERVICE_COMPONENT
from profiles.derive.rollout import TICKS_BESIDE_CHECKS

_STRATEGY = "spec.strategy"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield whether the service's pods roll, why, and what users notice of it."""
    if pair.edited("rollout.mode") or pair.edited("workload.name"):
        return  # each has a consequence of its own that says more
    for twin in pair.twins_of("Deployment"):
        if twin.component != SERVICE_COMPONENT:
            continue
        if template(twin):
            yield _rolled(pair, twin)
        elif twin.under(_STRATEGY):
            yield Consequence(
                level="note",
                text="The next update moves by the new bounds; no pod rolls for it now.",
                object=twin.identity,
                fields=pair.edited("rollout.max_surge", "rollout.max_unavailable", "database.mode"),
            )


def _rolled(pair: Pair, twin: Twin) -> Consequence:
    why = listed(parts(twin))
    fields = causes_of(pair, tuple(each.path for each in template(twin)))
    if any(CONFIG_HASH_ANNOTATION in each.path for each in template(twin)):
        fields = (*fields, *(each for each in causes_of_settings(pair) if each not in fields))
    if pair.now("rollout.analysis"):
        return Consequence(
            level="rolls", text=_analysed(pair, why), object=twin.identity, fields=fields
        )
    if _goes_away(pair, twin):
        text = f"The only pod ends before the new one starts ({why}): {_gap(pair)}"
        return Consequence(level="downtime", text=text, object=twin.identity, fields=fields)
    return Consequence(
        level="rolls", text=_one_by_one(pair, why), object=twin.identity, fields=fields
    )


def _analysed(pair: Pair, why: str) -> str:
    analysis = pair.now("rollout.analysis")
    checks = _checks(analysis)
    weighted = analysis["provider"] == "gatewayapi"
    users = "a growing share of the users" if weighted else "no user, only a load test"
    often = f"{checks} checks every {analysis['interval_seconds']} s"
    return (
        f"A new version ({why}): Flagger analyses it for about {span(analysis_seconds(pair))} "
        f"({often}) with {users}, then rolls {primary(pair)}, {_bounds(pair)}. Until then what "
        f"serves keeps the old values; {analysis['threshold']} failed checks roll the new version "
        "back."
    )


def analysis_seconds(pair: Pair) -> int:
    """Return how long an analysis takes that passes, from the edit to the promotion, about."""
    analysis = pair.now("rollout.analysis")
    return int((_checks(analysis) + TICKS_BESIDE_CHECKS) * analysis["interval_seconds"])


def primary(pair: Pair) -> str:
    """Return the name of the pods that serve under Flagger."""
    return f"{pair.now('workload.name')}{PRIMARY_SUFFIX}"


def _checks(analysis: dict[str, object]) -> int:
    weights = analysis["weights"]
    if not isinstance(weights, dict):
        return int(str(analysis["iterations"]))
    return -(-int(weights["max_percent"]) // int(weights["step_percent"]))


def _bounds(pair: Pair) -> str:
    surge, missing = pair.now("rollout.max_surge"), pair.now("rollout.max_unavailable")
    return f"{surge} pods more and {missing} fewer than wanted at a time".replace(
        "1 pods more", "1 pod more"
    )


def _goes_away(pair: Pair, twin: Twin) -> bool:
    strategy = twin.after["spec"].get("strategy", {})
    alone = fewest(pair) == 1
    return strategy.get("type") == "Recreate" or (alone and not pair.now("rollout.max_surge"))


def fewest(pair: Pair) -> int:
    """Return the pods of the service when load is lowest."""
    lowest = pair.now("scaling.min_replicas") or pair.now("workload.replicas") or 1
    return int(lowest)


def _gap(pair: Pair) -> str:
    startup = pair.now("workload.probes.startup") or {}
    most = int(startup.get("period_seconds", 0)) * int(startup.get("failure_threshold", 0))
    return (
        "nobody is answered from the old pod's end until the new one is ready, which its start-up "
        f"probe allows {span(most)}."
    )


def _one_by_one(pair: Pair, why: str) -> str:
    return (
        f"The pods roll ({why}), {_bounds(pair)}; running requests end first. All pods have the "
        "new values only at the end of it."
    )
