"""Values as a person gives them on a command line, and as a stack file writes them."""

import json
import re
from typing import Any

from plumb.errors import ProjectError
from plumb.fields import Field
from plumb.scalar import MAX_EXACT_INTEGER, AmbiguousScalarError, plain_value

_BARE = re.compile(r"[A-Za-z/][\w./@-]*(:[\w./@-]+)*", re.ASCII)
"""Text that needs no quotes, in a flow list neither."""

_DECIMALS = 4
"""Digits behind the point that a stack file may have (plumb.scalar)."""

_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves as it is and YAML would not read, or would take for the end of a line."""


def given_value(field: Field, text: str) -> Any:
    """Return the value of a command line's text: a scalar, or JSON for a list or a mapping.

    A field that takes text takes any as it is. Raises ProjectError for what is neither.
    """
    if text[:1] in {"[", "{", '"'}:
        return _json(field, text)
    if text == "null" and field.nullable:
        return None
    if field.types == ("string",):
        return text
    try:
        return plain_value(text)
    except AmbiguousScalarError:
        raise ProjectError(f"{field.path} = {text!r}: is no {field.allowed}") from None


def inline(value: Any) -> str:
    """Return a value on one line, as a stack file's subset of YAML has it; lists as `[a, b]`.

    Raises ProjectError for a number that readers would take for different things.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {inline(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, int) and abs(value) > MAX_EXACT_INTEGER:
        raise ProjectError(f"{value} has more digits than a reader keeps")
    return json.dumps(value)


def block(key: str, value: Any, column: int, step: int) -> list[str]:
    """Return the lines of a key and its value, a mapping with a line for each key."""
    start = f"{' ' * column}{key}:"
    if not isinstance(value, dict) or not value:
        return [f"{start} {inline(value)}"]
    below = (block(name, inner, column + step, step) for name, inner in value.items())
    return [start, *(line for lines in below for line in lines)]


def _json(field: Field, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ProjectError(f"{field.path} = {text}: is not JSON ({error})") from None


def _text(value: str) -> str:
    try:
        bare = bool(_BARE.fullmatch(value)) and plain_value(value) == value
    except AmbiguousScalarError:
        bare = False
    quoted = json.dumps(value, ensure_ascii=False)
    return value if bare else _UNPRINTABLE.sub(lambda one: f"\\u{ord(one[0]):04x}", quoted)


def _decimal(value: float) -> str:
    text = f"{value:.{_DECIMALS}f}".rstrip("0")
    if float(text) != value:
        raise ProjectError(f"{value} has more than {_DECIMALS} decimals, which no stack file has")
    return f"{text}0" if text.endswith(".") else text
