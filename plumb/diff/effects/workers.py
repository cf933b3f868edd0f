"""Workers of their own: whether there are any, how many, and what becomes of their runs."""

from collections.abc import Iterator

from plumb.diff.cause import causes_of
from plumb.diff.consequence import Consequence
from plumb.diff.effects.service_pods import analysis_seconds
from plumb.diff.effects.template import parts, template
from plumb.diff.pair import Pair, Twin
from plumb.diff.setting import causes_of_settings
from plumb.diff.words import counted, listed, span
from profiles.contract import (
    CONFIG_HASH_ANNOTATION,
    SCALING_HASH_ANNOTATION,
    WORKER_COMPONENT,
    WORKER_SUFFIX,
)

_SECTION = "workers"
_NUMBERS = (
    ("replicas", ""),
    ("scaling.min_replicas", "at least "),
    ("scaling.max_replicas", "at most "),
)

_OWN = {
    SCALING_HASH_ANNOTATION: "workers.scaling",
    ".resources": "workers.resources",
    "terminationGracePeriodSeconds": "workers.drain_seconds",
}
"""What parts of their pods come from that is another section's for the service."""


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what becomes of the workers, and of the runs that they hold."""
    was, now = pair.was(_SECTION), pair.now(_SECTION)
    if bool(was) != bool(now):
        yield _apart(pair) if now else _together(pair)
    elif now:
        yield from _another_number(pair)
        for twin in pair.twins_of("Deployment"):
            if twin.component == WORKER_COMPONENT and template(twin):
                yield _rolled(pair, twin)


def _apart(pair: Pair) -> Consequence:
    return Consequence(
        level="note",
        text="Durable runs get pods of their own; pods that answer take none from the queue any "
        "more, and hand over what they hold when they roll for it.",
        object=_deployment(pair),
        fields=pair.edited(_SECTION),
    )


def _together(pair: Pair) -> Consequence:
    return Consequence(
        level="protection",
        text="The pods that answer work on the queue as well from now on: durable runs take places "
        "and memory from requests (api.max_concurrent_graphs). What the workers hold is handed "
        "over.",
        object=_deployment(pair),
        fields=pair.edited(_SECTION),
    )


def _another_number(pair: Pair) -> Iterator[Consequence]:
    for name, words in _NUMBERS:
        path = f"{_SECTION}.{name}"
        old, new = pair.was(path), pair.now(path)
        if old and new and old != new:
            text = f"{words}{counted(new, 'worker')} instead of {old}{_when(pair, name)}"
            yield Consequence(
                level="note" if new > old else "protection",
                text=text[0].upper() + text[1:],
                object=_deployment(pair),
                fields=(path,),
            )


def _when(pair: Pair, name: str) -> str:
    if name != "replicas" and pair.now("rollout.analysis"):
        return ", when Flagger promotes the version that this edit makes."
    return ", at once."


def _rolled(pair: Pair, twin: Twin) -> Consequence:
    analysed = (
        f" Before that Flagger lets it take real runs beside the others for about "
        f"{span(analysis_seconds(pair))}, and takes it back if too many end badly."
        if pair.now("rollout.analysis")
        else ""
    )
    return Consequence(
        level="rolls",
        text=f"The workers roll ({listed(parts(twin))}): a run that has not ended within "
        f"{pair.now('workers.drain_seconds')} s goes on in another one.{analysed}",
        object=twin.identity,
        fields=_causes(pair, twin),
    )


def _causes(pair: Pair, twin: Twin) -> tuple[str, ...]:
    """Return the edited values that roll the workers: their own, then those of all pods."""
    paths = tuple(each.path for each in template(twin))
    own = [field for part, field in _OWN.items() if any(part in path for path in paths)]
    common = tuple(path for path in paths if not any(part in path for part in _OWN))
    settings = any(CONFIG_HASH_ANNOTATION in path for path in paths)
    found = (*pair.edited(*own), *causes_of(pair, common))
    return tuple(dict.fromkeys((*found, *(causes_of_settings(pair) if settings else ()))))


def _deployment(pair: Pair) -> str:
    return f"Deployment/{pair.now('workload.name')}{WORKER_SUFFIX}"
