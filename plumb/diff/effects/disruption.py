"""What a drain of a node may take: the disruption budget."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.effects.service_pods import fewest
from plumb.diff.pair import Pair
from plumb.diff.words import counted
from profiles.contract import PRIMARY_SUFFIX

_SECTION, _FLOOR = "disruption", "disruption.min_available"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what a drain leaves from now on."""
    if not pair.edited(_SECTION):
        return
    old, new, low = pair.was(_FLOOR), pair.now(_FLOOR), fewest(pair)
    if new is None:
        text = "No budget: a drain may take every pod of the service at once."
        yield _consequence(pair, "protection", text)
    elif old is not None and new < old:
        text = f"A drain leaves {counted(new, 'pod')} at least, where it left {old}; at once."
        yield _consequence(pair, "protection", text)
    else:
        free = max(low - new, 0)
        spare = f"of the fewest, {low}, it may take {free} at a time"
        stuck = "" if free else ": it waits for ever, and the node is not emptied"
        text = f"A drain leaves {counted(new, 'pod')} at least; {spare}{stuck}. At once."
        yield _consequence(pair, "note" if free else "protection", text)


def _consequence(pair: Pair, level: str, text: str) -> Consequence:
    flagger = PRIMARY_SUFFIX if pair.now("rollout.mode") == "flagger" else ""
    return Consequence(
        level="note" if level == "note" else "protection",
        text=text,
        object=f"PodDisruptionBudget/{pair.now('workload.name')}{flagger}",
        fields=pair.edited(_SECTION),
    )
