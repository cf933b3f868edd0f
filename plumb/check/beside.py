"""The other stack files of a checkout, which a stack must not meet (PL040)."""

from collections.abc import Iterator
from contextlib import suppress
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
    """Return the profiles of the stack files in the same folder, and where each has a field."""
    found = {
        other.stack: (other, profile)
        for other, profile in usable(stack.path.parent)
        if other.path.name != stack.path.name
    }

    def place(name: str, field: str) -> str:
        other = found[name][0]
        line = other.line_of(field)
        return other.path.name + (f":{line}" if line else "")

    return {name: profile for name, (_, profile) in found.items()}, place


def usable(folder: Path) -> Iterator[tuple[StackFile, Profile]]:
    """Yield the stack files of a folder with their profiles.

    One that cannot be used is left out: its own check says what is wrong with it.
    """
    for path in stack_paths(folder).values():
        with suppress(ProfileError, OSError):
            yield _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=_KEPT)
def _read(path: Path, _changed: int) -> tuple[StackFile, Profile]:
    stack = read_stack(path)
    return stack, stack.load()
