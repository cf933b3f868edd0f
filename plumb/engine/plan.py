"""What a run of an engine would change, field by field."""

from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["create", "update", "delete", "keep", "replace"]
"""`keep` is what leaves the stack and stays in the cluster; `replace` deletes and makes anew."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs."""

    path: str
    """Dotted path, list indices in brackets: `spec.template.spec.containers[0].image`."""
    before: Any
    """Its value in the cluster; null when it is not there."""
    after: Any
    """Its value afterwards; null when it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object that changes."""

    action: Action
    """What happens to it."""
    kind: str
    """Its kind."""
    name: str
    """Its name."""
    fields: tuple[FieldChange, ...] = ()
    """What differs, of an update or a replacement."""

    @property
    def identity(self) -> str:
        """`Kind/name`, which is unique within a stack."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All changes, in the order in which they are made."""

    changes: tuple[Change, ...]
    """Objects that change; what is in step already is not among them."""
    unchanged: int
    """Number of objects that are in step already."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do; keeping what is there is nothing."""
        return all(change.action == "keep" for change in self.changes)
