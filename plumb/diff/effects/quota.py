"""The namespace's quota: lowered, pods that are there stay, and the next ones may not start."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair
from plumb.diff.words import listed

_QUOTA = "cluster.quota"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what a lower quota does."""
    lowered = [path for path in pair.edited(_QUOTA) if _is_lower(pair, path)]
    if lowered:
        words = [f"{_name(path)} {pair.was(path)} → {pair.now(path)}" for path in lowered]
        yield Consequence(
            level="protection",
            text=f"Fewer things fit at once: {listed(words)}. What runs stays; a pod or claim "
            "beyond it is not made, and an update or a dump that needs one waits.",
            object="ResourceQuota/plumbline",
            fields=tuple(lowered),
        )


def _is_lower(pair: Pair, path: str) -> bool:
    old, new = pair.was(path), pair.now(path)
    return isinstance(old, int) and isinstance(new, int) and new < old


def _name(path: str) -> str:
    return path.rpartition(".")[2]
