"""Rules on a run's time: its calls with their retries, and its nodes one after the other.

Every try and every node is cut to what is left of its run, so that what is compared here is what
can really happen: a call with its retries never takes longer than its node.
"""

from collections.abc import Iterator
from math import ceil

from profiles.contract import SEARCHES
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

MOST_RETRIES = 3
"""Retries after the first try (ORC-04); in an outage each multiplies the load on the upstream."""

_BUDGET, _RESERVE = "graph.default_budget_ms", "graph.reserve_ms"
_NODE, _PARALLEL = "graph.node_timeout_ms", "graph.max_parallel_nodes"
_TRY, _RETRIES, _P99 = "upstreams.attempt_timeout_ms", "graph.max_retries", "upstreams.call_p99_ms"


def _retries_fit(profile: Profile) -> Iterator[Comparison]:
    yield _call(profile)
    yield _try(profile)
    yield _retries(profile)


def _call(profile: Profile) -> Comparison:
    graph, each = profile.graph, profile.upstreams.attempt_timeout_ms
    tries, reserve = graph.max_retries + 1, graph.reserve_of(graph.default_budget_ms)
    most = graph.default_budget_ms - reserve
    call = min(tries * each, graph.node_timeout_ms)
    holds, sign = related(call, "<=", most)
    return Comparison(
        fields=(_NODE, _TRY, _RETRIES, _BUDGET, _RESERVE),
        holds=holds,
        arithmetic=f"min({tries} tries x {each}, {graph.node_timeout_ms} of the node) = {call} ms "
        f"{sign} {graph.default_budget_ms} - {reserve} reserve = "
        f"{most} ms of a run",
        fix="" if holds else f"lower {_NODE} to {most}, or raise {_BUDGET}",
        edit=((_NODE, most),) if not holds and most > each else (),
    )


def _try(profile: Profile) -> Comparison:
    each, p99 = profile.upstreams.attempt_timeout_ms, profile.upstreams.call_p99_ms
    holds, sign = related(each, ">", p99)
    between = (p99 + profile.graph.node_timeout_ms) // 2
    return Comparison(
        fields=(_TRY, _P99),
        holds=holds,
        arithmetic=f"a try takes up to {each} ms {sign} {p99} ms, within which 99 of 100 calls end",
        fix="" if holds else f"raise {_TRY} above {p99}",
        edit=((_TRY, between),) if not holds and p99 < between else (),
    )


def _retries(profile: Profile) -> Comparison:
    retries = profile.graph.max_retries
    holds, sign = related(retries, "<=", MOST_RETRIES)
    return Comparison(
        fields=(_RETRIES,),
        holds=holds,
        arithmetic=f"{retries} retries {sign} {MOST_RETRIES}: in an outage an "
        f"upstream sees up to {retries + 1} times the calls",
        fix="" if holds else f"lower {_RETRIES} to {MOST_RETRIES}",
        edit=() if holds else ((_RETRIES, MOST_RETRIES),),
    )


def _nodes_fit(profile: Profile) -> Iterator[Comparison]:
    yield _path(profile)
    yield _patience(profile)


def _path(profile: Profile) -> Comparison:
    graph, waves = profile.graph, _waves(profile)
    reserve = graph.reserve_of(graph.default_budget_ms)
    path = waves * graph.node_timeout_ms + reserve
    holds, sign = related(path, "<=", graph.default_budget_ms)
    return Comparison(
        fields=(_PARALLEL, _NODE, _RESERVE, _BUDGET) if waves > 1 else (_NODE, _RESERVE, _BUDGET),
        holds=holds,
        arithmetic=f"{SEARCHES} searches, {graph.max_parallel_nodes} at a time: {waves} x "
        f"{graph.node_timeout_ms} + {reserve} reserve = {path} ms "
        f"{sign} {graph.default_budget_ms} ms {_BUDGET}",
        fix="" if holds else _path_fix(profile),
        edit=() if holds else _path_edit(profile),
    )


def _waves(profile: Profile) -> int:
    """Return how many searches of a run are one after the other: those side by side count once."""
    return ceil(SEARCHES / profile.graph.max_parallel_nodes)


def _path_fix(profile: Profile) -> str:
    edit = _path_edit(profile)
    if edit:
        return " and ".join(f"set {path} to {value}" for path, value in edit)
    return f"raise {_BUDGET}, or lower {_NODE}"


def _path_edit(profile: Profile) -> tuple[tuple[str, int], ...]:
    """Return all searches side by side, and a node's time where that is not enough."""
    graph = profile.graph
    most = graph.default_budget_ms - graph.reserve_of(graph.default_budget_ms)
    abreast = ((_PARALLEL, SEARCHES),) if graph.max_parallel_nodes < SEARCHES else ()
    if graph.node_timeout_ms <= most:
        return abreast
    enough = most > max(profile.upstreams.attempt_timeout_ms, profile.upstreams.call_p99_ms)
    return (*abreast, (_NODE, most)) if enough else ()


def _patience(profile: Profile) -> Comparison:
    node, p99 = profile.graph.node_timeout_ms, profile.upstreams.call_p99_ms
    holds, sign = related(node, ">", p99)
    return Comparison(
        fields=(_NODE, _P99),
        holds=holds,
        arithmetic=f"a node takes up to {node} ms {sign} {p99} ms, within which "
        "99 of 100 calls end",
        fix="" if holds else f"raise {_NODE} above {p99}, and {_TRY} between the two",
    )


RULES = (
    Rule(
        id="PL038",
        title="a call with its retries fits a run, and retries are few and needed",
        severity="error",
        reason="Retries that nobody waits for, or of calls that were only slow, feed an outage.",
        source="Zalando, January 2019; SRE book, Addressing Cascading Failures",
        incident="Zalando, January 2019: retrying clients multiplied the DNS queries until CoreDNS "
        "was killed again and again for its memory",
        compare=_retries_fit,
    ),
    Rule(
        id="PL044",
        title="a run has the time of its nodes one after the other, and a node that of a call",
        severity="error",
        reason="The last nodes are cut every time: each answer is partial.",
        source="own arithmetic; nodes side by side count once",
        incident="",
        compare=_nodes_fit,
    ),
)
