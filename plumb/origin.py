"""Where an effective value comes from: a line of the stack file, or the named profile under it."""

from dataclasses import dataclass
from typing import Any

from plumb.stackfile import StackFile
from profiles.load import BASE_KEY, parse
from profiles.named import NAMED

_COMPLETE = "recommended"
"""The named profile that all others build on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to change a value."""

    field: str
    """Dotted path of the value."""
    line: int | None
    """Line of the value, or of the nearest section that the stack file states around it."""
    named: str | None
    """Named profile that the value comes from; None where the stack file states it."""

    def shown(self, file: str) -> str:
        """Return the place in a line, such as `Pulumi.production.yaml:23  scaling.min_replicas`."""
        line = f":{self.line}" if self.line else ""
        origin = f" (not stated; from `{self.named}`)" if self.named else ""
        return f"{file}{line}  {self.field}{origin}"


def place_of(stack: StackFile, field: str) -> Place:
    """Return where a field of a stack is to be changed."""
    stated = field in stack.lines
    named = None if stated else named_of(str(parse(stack.profile_json)[BASE_KEY]), field)
    return Place(field=field, line=stack.line_of(field), named=named)


def named_of(base: str, path: str) -> str:
    """Return the named profile that states a value, of the base and what lies under it."""
    return base if _states(NAMED[base], path) else _COMPLETE


def _states(values: Any, path: str) -> bool:
    """Whether the values hold something at the path, or end above it in a plain value."""
    for key in path.split("."):
        if not isinstance(values, dict):
            return True
        if key not in values:
            return False
        values = values[key]
    return True
