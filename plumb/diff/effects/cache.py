"""The cache: what is in it goes, is no longer written down, or is evicted."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence, Level
from plumb.diff.pair import Pair

_MODE, _SERVER = "cache.mode", "cache.server"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what becomes of what Redis holds."""
    if pair.edited(_MODE):
        yield _moved(pair)
    elif pair.was(_SERVER) and pair.edited(f"{_SERVER}.name"):
        old, new = pair.was(f"{_SERVER}.name"), pair.now(f"{_SERVER}.name")
        text = f"{new} starts empty; what {old} holds is gone for the service."
        yield _consequence(pair, _level(pair), text, "name")
    elif pair.was(_SERVER):
        yield from _of_the_same(pair)


def _moved(pair: Pair) -> Consequence:
    was, now = pair.was(_MODE), pair.now(_MODE)
    ends = {
        "none": "each pod caches for itself alone, and limits on callers are counted by pod",
    }.get(str(now), "answers and limits are counted anew")
    return Consequence(
        level=_level(pair),
        text=f"The cache moves from {was} to {now} and begins empty: {ends}. Until it is warm, "
        "every question searches its sources.",
        fields=pair.edited(_MODE),
    )


def _of_the_same(pair: Pair) -> Iterator[Consequence]:
    was, now = pair.was(f"{_SERVER}.persistence"), pair.now(f"{_SERVER}.persistence")
    if was and not now:
        kept = "stays unused" if pair.was("cluster.retain_data") else "is deleted with it"
        text = (
            "Redis writes nothing down any more: what it holds is lost now and at every restart. "
            f"The claim {kept}."
        )
        yield _consequence(pair, "data", text, "persistence")
    elif now and not was:
        text = "Redis begins to write to a claim: what it holds survives a restart from then on."
        yield _consequence(pair, "note", text, "persistence")
    elif was and now and was["fsync"] == "always" and now["fsync"] == "everysec":
        text = "A crash may lose the last second of what Redis was told; before, nothing."
        yield _consequence(pair, "data", text, "persistence.fsync")
    if pair.was(f"{_SERVER}.use") == "state" and pair.now(f"{_SERVER}.use") == "cache":
        text = "A full Redis drops what is used least instead of refusing more: no place for state."
        yield _consequence(pair, "data", text, "use")
    yield from _less_memory(pair)


def _less_memory(pair: Pair) -> Iterator[Consequence]:
    path = f"{_SERVER}.maxmemory_mib"
    old, new = pair.was(path), pair.now(path)
    if new < old:
        state = pair.now(f"{_SERVER}.use") == "state"
        ends = "refuses writes" if state else "evicts what is used least"
        text = f"Redis holds {new} MiB instead of {old} and {ends} from there on."
        yield _consequence(pair, "data" if state else "note", text, "maxmemory_mib")


def _level(pair: Pair) -> Level:
    """Return how bad an empty cache is: state is data, the rest comes back by being asked for."""
    return "data" if pair.was(f"{_SERVER}.use") == "state" else "downtime"


def _consequence(pair: Pair, level: Level, text: str, field: str) -> Consequence:
    return Consequence(
        level=level,
        text=text,
        object=f"StatefulSet/{pair.now(f'{_SERVER}.name')}",
        fields=pair.edited(f"{_SERVER}.{field}"),
    )
