"""What both databases can hold of JSON."""

import json
from collections.abc import Iterable
from typing import Any

_DEEPEST = 100
"""Most objects and lists inside each other: a state around them must still become JSON, whose
writer ends at 255."""


_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def storable(value: Any) -> str:
    """Return the JSON of a value; ValueError for what a database or an answer could not hold."""
    if _too_deep(value):
        raise ValueError(f"more than {_DEEPEST} objects or lists inside each other cannot be kept")
    try:
        text = _ENCODER.encode(value)
    except TypeError as error:  # what a request gave is JSON; what a graph gives need not be
        raise ValueError(f"only JSON can be kept ({error})") from None
    # Without what stands for a backslash: the letters of an escape are no NUL.
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError("a NUL character cannot be kept")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair cannot be kept") from None
    return text


def _too_deep(value: Any) -> bool:
    level, depth = [value], 0
    while level and depth < _DEEPEST:
        level = [inner for each in level for inner in _inside(each)]
        depth += 1
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
