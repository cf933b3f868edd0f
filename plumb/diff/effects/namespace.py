"""The namespace: another one is another stack, and what is kept when the stack goes."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair

_NAMESPACE, _RETAIN = "cluster.namespace", "cluster.retain_data"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what a move means, and what data lose that are kept no longer."""
    if pair.edited(_NAMESPACE):
        yield from _moved(pair)
    if pair.edited(_RETAIN):
        yield _kept_or_not(pair)


def _moved(pair: Pair) -> Iterator[Consequence]:
    old, new = pair.was(_NAMESPACE), pair.now(_NAMESPACE)
    fate = (
        f"{old} stays with its claims (cluster.retain_data), and nothing uses them"
        if pair.was(_RETAIN)
        else f"{old} is deleted with every claim in it (cluster.retain_data is false)"
    )
    yield Consequence(
        level="data",
        text=f"Everything is made anew in {new}, with an empty database and cache: {fate}. Secrets "
        "are not copied. Back up before, restore after.",
        object=f"Namespace/{old}",
        fields=(_NAMESPACE,),
    )
    yield Consequence(
        level="downtime",
        text=f"The service's name changes to *.{new}.svc: who calls it by the old one reaches "
        f"nobody once {old} has no pods.",
        object=f"Service/{pair.now('workload.service_name')}",
        fields=(_NAMESPACE,),
    )


def _kept_or_not(pair: Pair) -> Consequence:
    if pair.now(_RETAIN):
        text = "Namespace and claims stay in the cluster from now on when the stack is removed."
        return Consequence(level="note", text=text, fields=(_RETAIN,))
    return Consequence(
        level="data",
        text="Namespace and claims are no longer protected: `plumb down`, or an edit that drops a "
        "claim, deletes them with all data.",
        object=f"Namespace/{pair.now(_NAMESPACE)}",
        fields=(_RETAIN,),
    )
