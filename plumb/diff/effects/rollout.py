"""How new versions reach users: another mode, or an analysis that lets more or less through."""

from collections.abc import Iterator
from typing import Any

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair
from plumb.diff.words import shown

_MODE, _ANALYSIS = "rollout.mode", "rollout.analysis"

_GATES: dict[str, tuple[bool, str]] = {
    "success_rate_min_percent": (True, "{old} % → {new} % of answers without a 5xx"),
    "latency_max_ms": (False, "{old} → {new} ms of p99 latency"),
    "threshold": (False, "{old} → {new} failed checks before a rollback"),
    "iterations": (True, "{old} → {new} checks to pass"),
    "load_test_rps": (True, "{old} → {new} questions a second of load"),
}
"""Fields of the analysis: whether more of it is stricter, and how a change reads."""


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield a switch of the mode, and what the analysis lets through from now on."""
    if pair.edited(_MODE):
        yield _switched(pair)
    elif pair.was(_ANALYSIS) and pair.now(_ANALYSIS):
        yield from _gates(pair)


def _switched(pair: Pair) -> Consequence:
    name = f"Deployment/{pair.now('workload.name')}"
    fields = pair.edited(_MODE)
    if pair.now(_MODE) == "flagger":
        return Consequence(
            level="rolls",
            text="Flagger takes the service over: it makes a primary of it, waits until that is "
            "ready, leads the Service to it and scales the Deployment to zero. `plumb up` keeps "
            "users served; a plain `pulumi up` needs Flagger's definitions first (`plumb addons`).",
            object=name,
            fields=fields,
        )
    return Consequence(
        level="protection",
        text="New versions reach users unanalysed: readiness alone holds a bad one back. Flagger's "
        "primary goes, and the Deployment serves again: `plumb up` keeps users served; before a "
        "plain `pulumi up`, scale the Deployment up and delete the Canary.",
        object=name,
        fields=fields,
    )


def _gates(pair: Pair) -> Iterator[Consequence]:
    looser: list[tuple[str, str]] = []
    stricter: list[tuple[str, str]] = []
    for name, (more_is_stricter, words) in _GATES.items():
        old, new = (side(f"{_ANALYSIS}.{name}") for side in (pair.was, pair.now))
        if old is not None and new is not None and old != new:
            more = more_is_stricter == (new > old)
            (stricter if more else looser).append(
                (name, words.format(old=shown(old), new=shown(new)))
            )
    if looser:
        yield _gate(pair, "protection", "Lets more through", looser)
    if stricter:
        yield _gate(pair, "note", "Lets less through", stricter)


def _gate(pair: Pair, level: Any, what: str, gates: list[tuple[str, str]]) -> Consequence:
    return Consequence(
        level=level,
        text=f"{what}, from the next analysis on: {', '.join(words for _, words in gates)}.",
        object=f"Canary/{pair.now('workload.name')}",
        fields=tuple(f"{_ANALYSIS}.{name}" for name, _ in gates),
    )
