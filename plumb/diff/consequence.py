"""What an edit does to a running stack, and how bad that may be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from plumb.diff.pair import Pair

Level = Literal["data", "downtime", "protection", "rolls", "note"]
"""Kinds of consequences, the worst first."""

LEVELS: dict[Level, str] = {
    "data": "Data at risk",
    "downtime": "Downtime",
    "protection": "Less protection",
    "rolls": "Restarts and rolls",
    "note": "Good to know",
}
"""All of them in order of risk, as a person reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One thing that the edit does."""

    level: Level
    """How bad it may be."""
    text: str
    """What happens, to what, for how long, and what to do first where there is something."""
    object: str = ""
    """`Kind/name` of the object that it happens to; empty for the stack as a whole."""
    fields: tuple[str, ...] = ()
    """Dotted paths of the edited values that cause it; empty where the program's own code does."""


Detector = Callable[[Pair], Iterator[Consequence]]
"""A pure function of both versions that yields what it sees, nothing where it sees nothing."""
