"""Rules on the connections between the service and what stands before it."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

PROBES = 2
"""Connections of the kubelet at once: liveness and readiness; startup holds both back."""

_MARGIN_SECONDS = 5
"""How much longer the service keeps a connection in a proposed value: the two ends do not start to
count at the same moment."""

_IDLE, _KEPT = "network.proxy.idle_timeout_seconds", "api.keep_alive_seconds"
_CAP, _RUNS = "api.max_connections", "api.max_concurrent_graphs"


def stands_before(profile: Profile) -> str:
    """Return the field that puts a proxy before the service; empty where there is none."""
    if profile.network.ingress is not None:
        return "network.ingress.kind"
    return "workload.service_type" if profile.workload.service_type == "LoadBalancer" else ""


def _kept_longer_than_the_proxy_does(profile: Profile) -> Iterator[Comparison]:
    field = stands_before(profile)
    if not field:
        return
    kept, idle = profile.api.keep_alive_seconds, profile.network.proxy.idle_timeout_seconds
    holds, sign = related(kept, ">", idle)
    enough = idle + _MARGIN_SECONDS
    yield Comparison(
        fields=(_KEPT, _IDLE, field),
        holds=holds,
        arithmetic=f"service keeps {kept} s {sign} {idle} s {_IDLE}",
        fix="" if holds else f"raise {_KEPT} to {enough}",
        edit=() if holds else ((_KEPT, enough),),
    )


def _cap_counts_idle_connections(profile: Profile) -> Iterator[Comparison]:
    runs, cap = profile.api.max_concurrent_graphs, profile.api.max_connections
    field = stands_before(profile)
    idle = profile.network.proxy.idle_connections if field else 0
    needed = runs + idle + PROBES
    holds, sign = related(needed, "<=", cap)
    proxies = f" + {idle} idle of proxies" if field else ""
    yield Comparison(
        fields=(_CAP, _RUNS, *(("network.proxy.idle_connections", field) if field else ())),
        holds=holds,
        arithmetic=f"{runs} runs{proxies} + {PROBES} probes = {needed} {sign} {cap} {_CAP}",
        fix="" if holds else f"raise {_CAP} to at least {needed}",
        edit=() if holds else ((_CAP, needed),),
    )


RULES = (
    Rule(
        id="PL018",
        title="the service keeps an idle connection longer than what stands before it",
        severity="warning",
        reason="A proxy sends its next request over a connection that is just closed: a 502.",
        source="alphagov/notifications-admin#4826, conbench#1158: 5 s of uvicorn, 60 s of an ALB",
        incident="GOV.UK Notify (alphagov/notifications-admin#4826): stray 502s, because the "
        "server closed idle connections before the load balancer did",
        compare=_kept_longer_than_the_proxy_does,
    ),
    Rule(
        id="PL019",
        title="the cap on connections leaves room for the idle ones that proxies keep",
        severity="warning",
        reason="Idle connections fill a cap that was meant for requests, and requests are refused.",
        source="mitodl/ol-infrastructure#5694",
        incident="MIT Open Learning, 2026-08-31 (ol-infrastructure#5694): a cap derived from "
        "threads was full of idle connections; a quarter of the requests got 503 until morning",
        compare=_cap_counts_idle_connections,
    ),
)
