"""What was edited: the values of a stack that differ, whoever states them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plumb.diff.mask import masked_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value that differs."""

    path: str
    """Dotted path; of a section that comes or goes, the section's."""
    before: Any
    """Its value before; null also where it was not there."""
    after: Any
    """Its value afterwards."""


def edits(before: dict[str, Any], after: dict[str, Any], path: str = "") -> Iterator[Edit]:
    """Yield every value that differs, in the order of the sections."""
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        below = f"{path}.{name}" if path else name
        if isinstance(old, dict) and isinstance(new, dict):
            yield from edits(old, new, below)
        elif old != new:
            yield Edit(path=below, before=_shown(old), after=_shown(new))


def touches(path: str, field: str) -> bool:
    """Whether an edit of one path is one of the other: the same, within it, or around it."""
    return path == field or path.startswith(f"{field}.") or field.startswith(f"{path}.")


def _shown(value: Any) -> Any:
    return masked_text(value) if isinstance(value, str) else value
