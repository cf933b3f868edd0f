"""Rule on who waits for whom: each waits longer than what it waits for."""

from collections.abc import Iterator
from typing import Any

from profiles.derive import client_request_seconds, proxy_request_seconds
from profiles.profile import Profile
from profiles.rules.connection import stands_before
from profiles.rules.rule import Comparison, Rule, related

_REQUEST, _BUDGET = "api.request_timeout_seconds", "graph.max_budget_ms"
_DEFAULT, _NODE = "graph.default_budget_ms", "graph.node_timeout_ms"
_TRY, _STATEMENT = "upstreams.attempt_timeout_ms", "database.server.statement_timeout_ms"

Edit = tuple[tuple[str, Any], ...]


def _each_waits_longer(profile: Profile) -> Iterator[Comparison]:
    """Yield the links from the outside in; a stack without a link has one comparison less."""
    if profile.addons.load_tester.provision != "none" and profile.rollout.analysis is not None:
        yield _client(profile)
    if stands_before(profile):
        yield _proxy(profile)
    yield _app(profile)
    yield _run(profile)
    yield _node(profile)
    if profile.database.server is not None:
        yield _statement(profile)


def _link(
    outer: tuple[str, int], inner: tuple[str, int], fields: tuple[str, ...], fix: str, edit: Edit
) -> Comparison:
    holds, sign = related(outer[1], ">", inner[1])
    return Comparison(
        fields=fields,
        holds=holds,
        arithmetic=f"{outer[0]} waits {outer[1]} ms {sign} {inner[1]} ms {inner[0]}",
        fix="" if holds else fix,
        edit=() if holds else edit,
    )


def _client(profile: Profile) -> Comparison:
    waits = 1000 * client_request_seconds(profile)
    return _link(("load tester", waits), _request(profile), (_REQUEST,), "", ())


def _proxy(profile: Profile) -> Comparison:
    ingress, proxy = profile.network.ingress, profile.network.proxy
    if ingress is not None and ingress.kind == "httproute":
        field, seconds = "network.proxy.request_timeout_seconds", proxy_request_seconds(profile)
        fix = f"set {field} to null, which takes more than {_REQUEST}"
        edit: Edit = ((field, None),)
    else:
        field, seconds = "network.proxy.idle_timeout_seconds", proxy.idle_timeout_seconds
        fix = f"raise the proxy's own idle timeout and state it as {field}, or lower {_REQUEST}"
        edit = ()  # a fact of somebody else's
    return _link(("proxy", 1000 * seconds), _request(profile), (field, _REQUEST), fix, edit)


def _app(profile: Profile) -> Comparison:
    graph, (_, request_ms) = profile.graph, _request(profile)
    reserve = graph.reserve_of(graph.max_budget_ms)
    searches = graph.max_budget_ms - reserve
    fix = f"lower {_BUDGET} to {request_ms}, or raise {_REQUEST}"
    return _link(
        ("request", request_ms),
        (f"searches of the longest run ({graph.max_budget_ms} - {reserve})", searches),
        (_BUDGET, _REQUEST, "graph.reserve_ms"),
        fix,
        ((_BUDGET, request_ms),) if request_ms >= graph.default_budget_ms else (),
    )


def _run(profile: Profile) -> Comparison:
    graph = profile.graph
    most = graph.default_budget_ms - graph.reserve_of(graph.default_budget_ms)
    return _link(
        ("run", graph.default_budget_ms),
        (_NODE, graph.node_timeout_ms),
        (_NODE, _DEFAULT),
        f"lower {_NODE}, or raise {_DEFAULT}",
        ((_NODE, most),) if most > profile.upstreams.attempt_timeout_ms else (),
    )


def _node(profile: Profile) -> Comparison:
    node, upstreams = profile.graph.node_timeout_ms, profile.upstreams
    between = (upstreams.call_p99_ms + node) // 2
    return _link(
        ("node", node),
        (_TRY, upstreams.attempt_timeout_ms),
        (_TRY, _NODE),
        f"lower {_TRY} below {node}, or raise {_NODE}",
        ((_TRY, between),) if upstreams.call_p99_ms < between < node else (),
    )


def _statement(profile: Profile) -> Comparison:
    server, (_, request_ms) = profile.database.server, _request(profile)
    assert server is not None  # noqa: S101  # asked before
    half = request_ms // 2
    return _link(
        ("request", request_ms),
        (_STATEMENT, server.statement_timeout_ms),
        (_STATEMENT, _REQUEST),
        f"lower {_STATEMENT} below {request_ms}",
        ((_STATEMENT, half),) if half > server.lock_timeout_ms else (),
    )


def _request(profile: Profile) -> tuple[str, int]:
    return _REQUEST, 1000 * profile.api.request_timeout_seconds


RULES = (
    Rule(
        id="PL017",
        title="each waits longer than what it waits for: client, proxy, request, run, node, call",
        severity="warning",
        reason="Who gives up first never learns the reason, and what it asked for is done in vain.",
        source="own arithmetic; AWS Builders' Library on timeouts, retries and backoff",
        incident="",
        compare=_each_waits_longer,
    ),
)
