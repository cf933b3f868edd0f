"""What a derived number is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that a derived number may be."""

    value: float
    """The most, in the number's own unit."""
    field: str
    """Dotted path of the field that it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A number that follows from others."""

    key: str
    """Dotted name that never changes, by which two versions of a stack are compared."""
    name: str
    """What it is, in the words of the field."""
    value: float
    """The number."""
    unit: str
    """Its unit."""
    arithmetic: str
    """How it was computed, with the numbers in it."""
    fields: tuple[str, ...]
    """Dotted paths of the fields it was computed from."""
    limit: Limit | None = None
    """The most that it may be; None where nothing bounds it."""
