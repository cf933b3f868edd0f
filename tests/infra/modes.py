"""Every mode and option of a profile, and the stacks that it is rendered over.

`python -m tests.infra.modes` prints the table of modes and stacks that docs/modes.md shows.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from plumb.render import Rendered
from profiles import Profile, ProfileError, load_profile, rules
from profiles.named import merged
from tests.infra.catalogue import CATALOGUE, Mode
from tests.stacks import STACKS, profile_json, rendered_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A mode over a stack."""

    mode: Mode
    """What is stated over the stack's own values."""
    stack: str
    """Name of the stack."""

    def __str__(self) -> str:
        """Return the cell's name in a test report."""
        return f"{self.stack}-{self.mode.part}-{self.mode.name}".replace(" ", "-")

    @property
    def text(self) -> str:
        """Return the JSON text of its profile."""
        stated = json.loads(profile_json(self.stack))
        if self.mode.base:
            place = {"namespace": f"{stated['cluster']['namespace']}"}
            stated = {"base": self.mode.base, "cluster": place}
        return json.dumps(merged(stated, self.mode.stated))

    def profile(self) -> Profile:
        """Return its profile; ProfileError where the stack cannot have the mode."""
        return load_profile(self.text)

    def refusal(self) -> str | None:
        """Return why the stack cannot have the mode; None where it can."""
        try:
            found = rules.check(self.profile())
        except ProfileError as error:
            return error.problems[0].message
        broken = [finding for finding in found if finding.severity == "error"]
        return f"{broken[0].rule}: {broken[0].title}" if broken else None

    def rendered(self) -> Rendered:
        """Return what the program declares; do not change it, other tests read it too."""
        return rendered_text(self.text, self.stack)


@cache
def cells() -> tuple[Cell, ...]:
    """Return every mode over every stack that can have it."""
    return tuple(cell for mode in CATALOGUE for cell in cells_of(mode))


def each_mode_over(stack: str) -> pytest.MarkDecorator:
    """Return the mark of a test of each mode over a stack, left to the whole run."""
    own = [cell for cell in cells() if cell.stack == stack]
    marked = [pytest.param(cell, id=str(cell), marks=pytest.mark.slow) for cell in own]
    return pytest.mark.parametrize("cell", marked)


@cache
def cells_of(mode: Mode) -> tuple[Cell, ...]:
    """Return a mode over every stack that can have it."""
    return tuple(cell for cell in table()[mode] if cell.refusal() is None)


@cache
def table() -> dict[Mode, tuple[Cell, ...]]:
    """Return the cells of each mode; a mode that is a whole profile has one."""
    return {
        mode: tuple(Cell(mode=mode, stack=stack) for stack in _stacks(mode)) for mode in CATALOGUE
    }


def markdown(modes: Iterable[Mode] = CATALOGUE) -> Iterator[str]:
    """Yield the lines of the table, and of the reasons why a stack cannot have a mode."""
    reasons: list[str] = []
    yield f"| part | mode | {' | '.join(STACKS)} |"
    yield f"|---|---|{'---|' * len(STACKS)}"
    for mode in modes:
        row = table()[mode]
        by_stack = {cell.stack: _mark(cell, reasons) for cell in row}
        shown = " | ".join(by_stack.get(stack, "") for stack in STACKS)
        yield f"| {mode.part} | {mode.name} | {shown} |"
    yield ""
    yield from (f"{number}. {reason}" for number, reason in enumerate(reasons, start=1))


def _mark(cell: Cell, reasons: list[str]) -> str:
    reason = cell.refusal()
    if reason is None:
        return f"{len(cell.rendered().manifests)} objects"
    if reason not in reasons:
        reasons.append(reason)
    return f"— ({reasons.index(reason) + 1})"


def _stacks(mode: Mode) -> tuple[str, ...]:
    return ("production",) if mode.base else STACKS


if __name__ == "__main__":
    print("\n".join(markdown()))  # noqa: T201  # a command's output
