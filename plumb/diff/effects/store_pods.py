"""Pods that are alone in what they do: each restart of one is a gap for whoever needs it."""

from collections.abc import Iterator

from plumb.diff.cause import causes
from plumb.diff.consequence import Consequence, Level
from plumb.diff.effects.template import parts, template
from plumb.diff.pair import Pair, Twin
from plumb.diff.words import listed, span
from profiles import contract

_GAPS: dict[str, tuple[Level, str]] = {
    contract.DATABASE_COMPONENT: (
        "downtime",
        "the stack's only Postgres: until it answers again no run starts or ends, pods are not "
        "ready, and the runs of that moment fail",
    ),
    contract.CACHE_COMPONENT: (
        "downtime",
        "the stack's only Redis: until it answers again nothing is cached, and limits of the fleet "
        "are not shared",
    ),
    contract.PROMETHEUS_COMPONENT: (
        "rolls",
        "the stack's own Prometheus, whose samples end with its pod: an analysis of that moment "
        "may find none, and a check of it fail",
    ),
    contract.FLAGGER_COMPONENT: (
        "rolls",
        "the stack's own Flagger: an analysis goes on when it is back",
    ),
    contract.LOAD_TESTER_COMPONENT: (
        "rolls",
        "the load tester: an analysis of that moment loses its load, and a check of it may fail",
    ),
    contract.RECORDED_COMPONENT: (
        "rolls",
        "the recorded-upstream server; the new pod serves before the old one ends",
    ),
    contract.POOLER_COMPONENT: (
        "rolls",
        "the pooler, a pod at a time: its connections are cut after its grace",
    ),
    contract.METRICS_SERVER_COMPONENT: (
        "rolls",
        "metrics-server: autoscalers see nothing until it is back",
    ),
}
"""How bad a restart is, and of what, by the part of the stack."""

_KINDS = ("StatefulSet", "Deployment", "Cluster")
_HARMLESS_TO_CLUSTER = ("spec.storage", "spec.backup", "spec.plugins", "metadata")
"""Parts of a CloudNativePG Cluster that restart no instance."""


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield every restart of a part other than the service itself."""
    for twin in pair.twins_of(*_KINDS):
        if twin.kind == "Cluster":
            yield from _of_cluster(pair, twin)
        elif twin.component in _GAPS and template(twin):
            yield _restarted(pair, twin)


def _restarted(pair: Pair, twin: Twin) -> Consequence:
    level, what = _GAPS[twin.component]
    grace = twin.before["spec"]["template"]["spec"].get("terminationGracePeriodSeconds")
    ends = f" It gets {span(grace)} to end." if grace and level == "downtime" else ""
    lost = _lost(pair, twin)
    return Consequence(
        level=level,
        text=f"Restarts {what} ({listed(parts(twin))}).{ends}{lost}",
        object=twin.identity,
        fields=causes(pair, twin),
    )


def _lost(pair: Pair, twin: Twin) -> str:
    kept = pair.was("cache.server.persistence") or twin.component != contract.CACHE_COMPONENT
    return "" if kept else " What it holds is gone with the old pod; it starts empty."


def _of_cluster(pair: Pair, twin: Twin) -> Iterator[Consequence]:
    fields = [each for each in twin.fields if not each.path.startswith(_HARMLESS_TO_CLUSTER)]
    if not fields:
        return
    several = pair.now("database.server.instances") > 1
    yield Consequence(
        level="rolls" if several else "downtime",
        text="CloudNativePG may restart its instances for "
        + listed(tuple(dict.fromkeys(each.path.removeprefix("spec.") for each in fields)))
        + (
            ": the replicas first, then it switches over, which cuts every connection once."
            if several
            else ": it has one, so the service is without its database until that is back."
        ),
        object=twin.identity,
        fields=causes(pair, twin),
    )
