"""What was done to the Secrets, in names alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rich.console import Console

Deed = Literal["made", "kept", "left", "lacking"]
"""Made now; kept as it was; left to somebody else; not there, and not ours to make."""

_MARKS: dict[Deed, str] = {
    "made": "[green]+[/]",
    "kept": "[dim]=[/]",
    "left": "[yellow]·[/]",
    "lacking": "[yellow]![/]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one key of a Secret."""

    secret: str
    """Name of the Secret."""
    key: str
    """Its key; empty for the Secret as a whole."""
    deed: Deed
    """What was done."""
    how: str
    """Where a value came from, or why there is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a stack's Secrets."""

    namespace: str
    """Where they are."""
    outcomes: tuple[Outcome, ...]
    """All that the stack names and that has a value; an optional key without one is left out."""
    hints: tuple[str, ...] = ()
    """What to know about it."""

    @property
    def made(self) -> tuple[str, ...]:
        """Return what was made now, as `secret/key`."""
        return tuple(f"{o.secret}/{o.key}" for o in self.outcomes if o.deed == "made")

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return the Secrets that lack what the stack needs, with the reason."""
        return tuple(f"{o.secret} {o.how}" for o in self.outcomes if o.deed == "lacking")

    def print(self, console: Console) -> None:
        """Print a line for each Secret and deed."""
        for line in self._lines():
            console.print(line, soft_wrap=True)
        for hint in self.hints:
            console.print(f"  {hint}", style="dim", markup=False, soft_wrap=True)

    def _lines(self) -> Iterator[str]:
        if not self.outcomes:
            yield "[dim]=[/] no Secret is needed"
        for (secret, deed), group in groupby(self.outcomes, lambda o: (o.secret, o.deed)):
            yield f"{_MARKS[deed]} Secret {secret}: {'; '.join(_parts(group))}"


def _parts(group: Iterable[Outcome]) -> Iterator[str]:
    for how, same in groupby(group, lambda outcome: outcome.how):
        keys = ", ".join(outcome.key for outcome in same if outcome.key)
        yield f"{keys} ({how})" if keys else how
