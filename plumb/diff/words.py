"""How numbers and values are said in reports."""

import json
from collections.abc import Sequence
from typing import Any

from plumb.diff.mask import HIDDEN, Hidden

_UNITS = ((86_400, "day"), (3600, "h"), (60, "min"))
_EXACT_BELOW = 2
_GROUPED_FROM = 10_000


def span(seconds: float) -> str:
    """Return a duration in the largest unit of which there are two or more."""
    for size, unit in _UNITS:
        if seconds >= _EXACT_BELOW * size or seconds == size:
            number = f"{seconds / size:.1f}".removesuffix(".0")
            plural = "s" if unit == "day" and number != "1" else ""
            return f"{number} {unit}{plural}"
    return f"{seconds:g} s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not one."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def shown(value: Any) -> str:
    """Return a value in one line; a section as what it is, not as all that it holds."""
    if isinstance(value, Hidden):
        return HIDDEN
    if isinstance(value, dict):
        return "set"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def number(value: float | None) -> str:
    """Return a number without what a person does not read; `none` where there is none."""
    if value is None:
        return "none"
    return f"{value:,.10g}".replace(",", " ") if abs(value) >= _GROUPED_FROM else f"{value:.6g}"
