"""One thing in the cluster that is not as the program has it."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["changed", "added", "gone", "unowned", "copy", "override", "secret"]
"""A stated property of another value; one that nobody stated; an object that is not there; one that
the stack does not declare and that acts on it; Flagger's copy that differs from its source; a
variable that overrides the stack; a Secret."""

Deed = Literal["put back", "make", "remove", "roll", "leave", "refuse", "conflict"]
"""What `plumb up` does about it: `conflict` is a refusal that names another field manager."""

REFUSALS: frozenset[Deed] = frozenset({"refuse", "conflict"})
"""Deeds for which `up` makes no change at all, to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who set a field last, as the API server remembers it."""

    manager: str
    """Name of the field manager: `kubectl-edit`, `helm`."""
    operation: str
    """`Apply` or `Update`."""
    subresource: str
    """Part of the API that it came by, such as `scale`; empty for the object itself."""
    time: str
    """When its fields last changed, as ISO 8601; empty where the server kept no time."""

    def __str__(self) -> str:
        """Return it in a few words."""
        way = f" ({self.subresource})" if self.subresource else ""
        return f"{self.manager}{way}" + (f", {self.time}" if self.time else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The edit of the stack file that makes a change the stack's own."""

    field: str
    """Dotted path in the profile."""
    value: Any
    """Its value, with which the program renders what is live."""
    line: int | None
    """Line of the stack file that states it, or the section around it; null where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference."""

    kind: Kind
    """What sort of difference."""
    object: str
    """`Kind/name` of the object that it is on."""
    path: str = ""
    """Property, elements of lists by their names; empty for the object as a whole."""
    within: str = ""
    """Place inside the property's JSON text; empty where it holds none."""
    stated: Any = None
    """What the program has; null where it states nothing."""
    live: Any = None
    """What the cluster has; null where it is not there."""
    note: str = ""
    """What it means, where values do not say it."""
    by: Author | None = None
    """Who set it last; null where nobody is remembered, as of what was taken away."""
    up: Deed = "leave"
    """What `plumb up` does about it."""
    why: str = ""
    """The reason of that, where there is more to say."""
    command: tuple[str, ...] = ()
    """Command that gives a contested field back, so that `up` can put it back; empty for none."""
    keep: Keep | None = None
    """How the stack file would state it; null where no field of it does."""

    @property
    def place(self) -> str:
        """The property, with the place inside its text."""
        return f"{self.path} {self.within}".strip()
