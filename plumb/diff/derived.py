"""Derived numbers that an edit moves, and how near each comes to its limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from plumb.diff.pair import Pair

_NEAR = 0.9
"""Share of a limit from which a number is near it."""

Standing = Literal["", "near", "over"]
"""How a number stands to its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A derived number that differs."""

    name: str
    """What it is."""
    unit: str
    """Its unit."""
    before: float | None
    """As it was; null where there was none."""
    after: float | None
    """As it would be; null where there is none."""
    limit: float | None
    """The most that it may be then; null where nothing bounds it."""
    limit_field: str
    """Dotted path of the field that bounds it; empty where none does."""
    arithmetic: str
    """How it is computed, with the numbers in it."""
    fields: tuple[str, ...]
    """Dotted paths of the edited values that move it."""

    @property
    def title(self) -> str:
        """What it is, with its unit where the name does not have it."""
        return self.name if self.unit in self.name.split() else f"{self.name}, {self.unit}"

    @property
    def standing(self) -> Standing:
        """How it stands to its limit afterwards."""
        if self.limit is None or self.after is None:
            return ""
        if self.after > self.limit:
            return "over"
        return "near" if self.after >= _NEAR * self.limit else ""


def moved(pair: Pair) -> Iterator[Moved]:
    """Yield the numbers that differ, or whose limit does; first those that come too near to it."""
    old, new = (_by_key(side.captured["derived"]) for side in (pair.before, pair.after))
    every = [_moved(pair, old.get(key), new.get(key)) for key in {**old, **new}]
    found = [each for each in every if each]
    order = ("over", "near", "")
    yield from sorted(found, key=lambda each: order.index(each.standing))


def _by_key(derived: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    # A version before keys told its numbers apart by their names.
    return {each.get("key", each["name"]): each for each in derived}


def _moved(pair: Pair, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Moved | None:
    if _compared(old) == _compared(new):
        return None
    one = new or old or {}
    limit = (new or {}).get("limit") or {}
    fields = [*((old or {}).get("fields", ())), *one.get("fields", ()), limit.get("field", "")]
    return Moved(
        name=one["name"],
        unit=one["unit"],
        before=old["value"] if old else None,
        after=new["value"] if new else None,
        limit=limit.get("value"),
        limit_field=limit.get("field", ""),
        arithmetic=one["arithmetic"],
        fields=pair.edited(*filter(None, fields)),
    )


def _compared(derived: dict[str, Any] | None) -> tuple[Any, Any]:
    if derived is None:
        return None, None
    return derived["value"], (derived.get("limit") or {}).get("value")
