"""One subject of a stack, as it runs beside as it should."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One subject."""

    subject: str
    """What it is about, in a word or two."""
    state: str
    """What runs."""
    problem: str = ""
    """What differs, or what somebody should know; empty when there is nothing to say."""
    fix: str = ""
    """What to do about it."""
    in_step: bool = True
    """Whether it is as the stack says; a problem in step is only worth knowing."""


def off(subject: str, state: str, problem: str, fix: str) -> Row:
    """Return a row of a subject that is not as the stack says."""
    return Row(subject=subject, state=state, problem=problem, fix=fix, in_step=False)
