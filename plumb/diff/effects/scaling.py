"""How many pods serve: bounds, who decides, and when an edit of it takes effect."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair
from plumb.diff.words import counted
from profiles import contract

_SCALING, _REPLICAS = "scaling", "workload.replicas"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what becomes of the number of pods."""
    if not pair.edited(_SCALING, _REPLICAS):
        return
    was, now = pair.was(_SCALING), pair.now(_SCALING)
    if now and not was:
        yield _taken_over(pair)
    elif was and not now:
        yield _fixed(pair)
    elif not now:
        yield from _another_number(pair)
    else:
        yield from _bounds(pair)


def _taken_over(pair: Pair) -> Consequence:
    low, high = pair.now("scaling.min_replicas"), pair.now("scaling.max_replicas")
    fixed = pair.was(_REPLICAS) or 1
    dip = (
        " Kubernetes sets the number that nobody states any more to 1, and the autoscaler raises "
        "it again at its next look, within 15 s: for that time most pods end."
    )
    return Consequence(
        level="downtime" if fixed > 1 else "note",
        text=f"An autoscaler decides the number of pods from now on, {low} to {high}, where "
        f"{fixed} were fixed; it needs metrics of the pods (addons.metrics_server)."
        + (dip if fixed > 1 else ""),
        object=_autoscaler(pair),
        fields=pair.edited(_SCALING, _REPLICAS),
    )


def _fixed(pair: Pair) -> Consequence:
    high, fixed = pair.was("scaling.max_replicas"), pair.now(_REPLICAS)
    fewer = fixed < high
    return Consequence(
        level="downtime" if fewer else "note",
        text=f"{counted(fixed, 'pod')} whatever the load, where up to {high} came with it."
        + (" Under the load that those were for, requests wait or are refused." if fewer else ""),
        object=f"Deployment/{pair.now('workload.name')}",
        fields=pair.edited(_SCALING, _REPLICAS),
    )


def _another_number(pair: Pair) -> Iterator[Consequence]:
    old, new = pair.was(_REPLICAS) or 1, pair.now(_REPLICAS) or 1
    if old != new:
        text = f"{new} pods instead of {old}, at once; no running pod restarts for it."
        yield Consequence(
            level="note" if new > old else "protection",
            text=text,
            object=f"Deployment/{pair.now('workload.name')}",
            fields=(_REPLICAS,),
        )


def _bounds(pair: Pair) -> Iterator[Consequence]:
    for name, words in (("min_replicas", "at least"), ("max_replicas", "at most")):
        path = f"{_SCALING}.{name}"
        old, new = pair.was(path), pair.now(path)
        if old != new:
            yield Consequence(
                level="note" if new > old else "protection",
                text=f"{words[0].upper()}{words[1:]} {counted(new, 'pod')} instead of {old}"
                + (_when(pair) if pair.now("rollout.analysis") else ", at once."),
                object=_autoscaler(pair),
                fields=(path,),
            )


def _when(pair: Pair) -> str:
    primary = pair.now("workload.name") + contract.PRIMARY_SUFFIX
    return (
        f", but not at once: Flagger copies it to {primary} only when it promotes the version that "
        "this edit makes."
    )


def _autoscaler(pair: Pair) -> str:
    keda = pair.now("scaling.demand.through") == "keda"
    return f"{'ScaledObject' if keda else 'HorizontalPodAutoscaler'}/{pair.now('workload.name')}"
