"""Stores that go or change under the pods that still use them: pods follow later than objects."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.effects.service_pods import analysis_seconds
from plumb.diff.pair import Pair
from plumb.diff.snapshot import Key
from plumb.diff.words import span
from profiles import contract

_STORES: dict[str, tuple[str, tuple[str, ...]]] = {
    contract.DATABASE_COMPONENT: (
        "no run starts or ends",
        ("database.mode", "database.server.name"),
    ),
    contract.POOLER_COMPONENT: (
        "no run starts or ends",
        ("database.mode", "database.server.pooler"),
    ),
    contract.CACHE_COMPONENT: (
        "nothing is cached, and limits of the fleet are not shared",
        ("cache.mode", "cache.server.name"),
    ),
}
"""What pods cannot do without a store, and what takes it away, by its component."""

_TLS = "database.server.tls"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield each store that what serves loses before it is told of another."""
    if pair.edited("cluster.namespace"):
        return  # everything goes, and is told as that
    for component, (without, fields) in _STORES.items():
        gone = [key for key in pair.removed if _is_of(pair, key, component)]
        if gone and pair.edited(*fields):
            yield _lost(pair, gone[0], without, pair.edited(*fields))
    if pair.was(_TLS) and pair.now(_TLS) is False:
        yield _lost_tls(pair)


def _is_of(pair: Pair, key: Key, component: str) -> bool:
    labels = pair.before.objects[key]["metadata"].get("labels", {})
    return key[0] == "Service" and labels.get(contract.COMPONENT_LABEL) == component


def _lost(pair: Pair, key: Key, without: str, fields: tuple[str, ...]) -> Consequence:
    advice = (
        " To move without a gap, let both be there, and remove the old one by a second edit."
        if pair.now("rollout.analysis")
        else ""
    )
    return Consequence(
        level="downtime",
        text=f"{key[2]} goes as soon as this is applied: {without} {_until(pair)}.{advice}",
        object=f"{key[0]}/{key[2]}",
        fields=fields,
    )


def _lost_tls(pair: Pair) -> Consequence:
    return Consequence(
        level="downtime",
        text="Postgres refuses TLS as soon as this is applied, and pods of the old version insist "
        f"on it: no run starts or ends {_until(pair)}.",
        object=f"StatefulSet/{pair.now('database.server.name')}",
        fields=(_TLS,),
    )


def _until(pair: Pair) -> str:
    """Return when what serves has the new address and mode."""
    if pair.now("rollout.analysis"):
        promoted = f"in about {span(analysis_seconds(pair))}"
        return f"until Flagger has promoted the version that knows of it, {promoted}"
    return "in a pod until it is replaced"
