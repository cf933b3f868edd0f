"""The database: another store, another name, another major, fewer or other promises."""

import re
from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair

_MODE, _SERVER = "database.mode", "database.server"
_OBJECTS = {"statefulset": "StatefulSet", "cnpg": "Cluster"}
_ONLY_AT_FIRST_START = {"database": "database", "user": "role"}


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what becomes of the checkpoints."""
    if pair.edited(_MODE):
        yield _moved(pair)
    elif pair.was(f"{_SERVER}.name") and pair.edited(f"{_SERVER}.name"):
        yield _renamed(pair)
    elif pair.was(_SERVER):
        yield from _of_the_same(pair)


def _moved(pair: Pair) -> Consequence:
    was, now = pair.was(_MODE), pair.now(_MODE)
    stays = {
        "external": "The external database keeps its own",
        "sqlite": _fate(pair, "the SQLite file's claim"),
        "cnpg": _fate(pair, "the old Cluster with its claims"),
    }.get(was, "The old claim stays in the cluster")
    return Consequence(
        level="data",
        text=f"The service begins with an empty store: nothing copies checkpoints from {was} to "
        f"{now}, and every thread so far is unknown to it. {stays}; dump before, restore after.",
        object=_identity(pair),
        fields=pair.edited(_MODE),
    )


def _fate(pair: Pair, what: str) -> str:
    """Return what becomes of an object with data that leaves the stack."""
    if pair.was("cluster.retain_data"):
        return f"{what[0].upper()}{what[1:]} stays in the cluster (cluster.retain_data)"
    return f"{what[0].upper()}{what[1:]} is deleted with all data (cluster.retain_data is false)"


def _renamed(pair: Pair) -> Consequence:
    old, new = pair.was(f"{_SERVER}.name"), pair.now(f"{_SERVER}.name")
    return Consequence(
        level="data",
        text=f"{new} starts as a new, empty database; the data stay behind in the claims of {old}, "
        "which nothing uses any more. Dump before, restore after.",
        object=_identity(pair),
        fields=pair.edited(f"{_SERVER}.name"),
    )


def _of_the_same(pair: Pair) -> Iterator[Consequence]:
    old, new = (major(str(side)) for side in (pair.was(f"{_SERVER}.image"), _image(pair)))
    if old != new:
        yield _other_major(pair, old, new)
    for name, noun in _ONLY_AT_FIRST_START.items():
        if pair.edited(f"{_SERVER}.{name}"):
            yield _unmade(pair, name, noun)


def _other_major(pair: Pair, old: str, new: str) -> Consequence:
    own = pair.now(_MODE) == "statefulset"
    text = (
        f"Postgres {new} cannot read the data of Postgres {old}: the pod's first container refuses "
        f"to start, nothing is changed, and the service is without its database until the image "
        f"is {old} again. To move on: dump with {old}, remove the claim, start {new}, restore."
        if own
        else f"CloudNativePG upgrades the data from Postgres {old} to {new} in place, with every "
        "instance down; take a backup first, for there is no way back."
    )
    return Consequence(
        level="data", text=text, object=_identity(pair), fields=pair.edited(f"{_SERVER}.image")
    )


def _unmade(pair: Pair, name: str, noun: str) -> Consequence:
    value = pair.now(f"{_SERVER}.{name}")
    return Consequence(
        level="data",
        text=f"Postgres makes the {noun} {value} only in an empty claim: on the data that are "
        f"there the service finds no such {noun} and cannot connect. Make it by hand first; the "
        f"old one keeps its checkpoints.",
        object=_identity(pair),
        fields=pair.edited(f"{_SERVER}.{name}"),
    )


def major(image: str) -> str:
    """Return the major that the tag of a Postgres image begins with."""
    tag = image.partition("@")[0].rpartition(":")[2]
    return re.split(r"\D", tag, maxsplit=1)[0]


def _image(pair: Pair) -> str:
    return str(pair.now(f"{_SERVER}.image"))


def _identity(pair: Pair) -> str:
    kind = _OBJECTS.get(str(pair.now(_MODE)), "")
    return f"{kind}/{pair.now(f'{_SERVER}.name')}" if kind else ""
