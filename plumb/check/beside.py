"""The other stack files of a checkout, which a stack must not meet (PL040)."""

from functools import lru_cache
from pathlib import Path

from plumb.project import stack_paths
from plumb.stackfile import StackFile, read_stack
from profiles.load import ProfileError
from profiles.profile import Profile
from profiles.rules.apart import Place

_KEPT = 64
"""Stack files whose content is kept: `plumb check A B C` looks at each of them three times."""


def beside(stack: StackFile) -> tuple[dict[str, Profile], Place]:
    """Return the profiles of the stack files in the same folder, and where each has a field.

    One that cannot be used is left out: its own check says what is wrong with it.
    """
    found = {
        other.stack: (other, profile)
        for path in stack_paths(stack.path.parent).values()
        if path.name != stack.path.name
        for other, profile in _usable(path)
    }

    def place(name: str, field: str) -> str:
        other = found[name][0]
        line = other.line_of(field)
        return other.path.name + (f":{line}" if line else "")

    return {name: profile for name, (_, profile) in found.items()}, place


def _usable(path: Path) -> tuple[tuple[StackFile, Profile], ...]:
    try:
        return (_read(path, path.stat().st_mtime_ns),)
    except (ProfileError, OSError):
        return ()


@lru_cache(maxsize=_KEPT)
def _read(path: Path, _changed: int) -> tuple[StackFile, Profile]:
    stack = read_stack(path)
    return stack, stack.load()
