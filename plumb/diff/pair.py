"""Two versions of one stack, side by side: what the detectors are functions of."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plumb.diff.edit import Edit, edits, touches
from plumb.diff.snapshot import Key, Snapshot
from plumb.engine.difference import by_name, changes
from plumb.engine.plan import FieldChange
from profiles.contract import COMPONENT_LABEL

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """An object that is there in both versions, and differs."""

    before: Body
    """As it was."""
    after: Body
    """As it would be."""
    fields: tuple[FieldChange, ...]
    """What differs."""

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.after["kind"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.after["metadata"]["name"])

    @property
    def identity(self) -> str:
        """`Kind/name`."""
        return f"{self.kind}/{self.name}"

    @property
    def component(self) -> str:
        """The part of the stack that it belongs to."""
        labels: dict[str, str] = self.after["metadata"].get("labels", {})
        return labels.get(COMPONENT_LABEL, "")

    def under(self, path: str) -> tuple[FieldChange, ...]:
        """Return what differs at a path and below."""
        below = (f"{path}.", f"{path}[")
        return tuple(
            each for each in self.fields if each.path == path or each.path.startswith(below)
        )


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two versions of one stack."""

    stack: str
    """Its name."""
    before: Snapshot
    """The base."""
    after: Snapshot
    """The head."""

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """Every value that differs."""
        return tuple(edits(self.before.values, self.after.values))

    @cached_property
    def twins(self) -> tuple[Twin, ...]:
        """Objects that are there in both and differ, in the order of application."""
        old, new = self.before.objects, self.after.objects
        both = ((old[key], body) for key, body in new.items() if key in old)
        found = (Twin(before=b, after=a, fields=changes(b, a, by_name)) for b, a in both)
        return tuple(twin for twin in found if twin.fields)

    @cached_property
    def kept_otherwise(self) -> tuple[Key, ...]:
        """Objects in both that differ in whether they stay when they leave the stack."""
        differ = self.before.retained ^ self.after.retained
        return tuple(
            key for key in self.after.objects if key in differ and key in self.before.objects
        )

    @property
    def removed(self) -> tuple[Key, ...]:
        """Objects that only the base has; none where nobody knows what the head has."""
        if self.after.unrendered:
            return ()
        return tuple(key for key in self.before.objects if key not in self.after.objects)

    def was(self, path: str) -> Any:
        """Return a value as it was."""
        return self.before.value(path)

    def now(self, path: str) -> Any:
        """Return a value as it would be."""
        return self.after.value(path)

    def edited(self, *paths: str) -> tuple[str, ...]:
        """Return the edited paths that touch any of these, in the order of the sections."""
        return tuple(
            each.path for each in self.edits if any(touches(each.path, path) for path in paths)
        )

    def twins_of(self, *kinds: str) -> Iterator[Twin]:
        """Yield the objects of these kinds that differ."""
        return (twin for twin in self.twins if twin.kind in kinds)
