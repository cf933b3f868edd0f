"""Rules that a stack breaks knowingly: each with its reason, and a day on which that ends."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from profiles.section import require, section

LEAST_REASON = 12
"""Characters of a reason at least: a word is none."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _reason(text: str) -> str:
    require(
        len(text.strip()) >= LEAST_REASON,
        f"say in a sentence why the rule may be broken here ({LEAST_REASON} characters at least)",
    )
    return text


def _day(text: str) -> str:
    try:
        valid = bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        valid = False
    require(valid, 'is no day; write one quoted, such as "2027-01-31", or null for no end')
    return text


@section
class Override:
    """A rule that this stack may break."""

    rule: str
    """Id of the rule, such as PL015; `plumb explain` lists them all."""
    reason: Annotated[str, AfterValidator(_reason)]
    """Why the rule may be broken here, for those who read the next report."""
    until: Annotated[str, AfterValidator(_day)] | None
    """Last day (UTC) on which it counts, quoted as "2027-01-31"; null never ends."""

    def __str__(self) -> str:
        """Return until when, and why, the rule may be broken."""
        return f"until {self.until}: {self.reason}" if self.until else f"for good: {self.reason}"

    def in_force(self, today: date) -> bool:
        """Return whether it counts on a day."""
        return self.until is None or today <= date.fromisoformat(self.until)
