"""The scalars that a stack file may hold: a YAML subset that every reader understands alike.

Pulumi's CLI turns an unquoted date into a timestamp's text, `010` into 8, and drops digits of a
long integer. What it and a YAML 1.1 or 1.2 reader could take for different things is refused here.
"""

import re

MAX_EXACT_INTEGER = 2**53
"""Largest integer that JSON readers keep exactly (RFC 8259, section 6)."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,4}")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_:.-]*")
_TEXT = re.compile(r"[A-Za-z/][^\t#]*")
_CONSTANTS = {"null": None, "true": True, "false": False}
_LOOK_ALIKES = frozenset(
    ("~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf")
)


class AmbiguousScalarError(ValueError):
    """A plain scalar that readers of YAML take for different things; the message has the fix."""


def plain_value(text: str) -> bool | float | str | None:
    """Return the value of an unquoted scalar, as Pulumi's CLI would hand it on.

    Raises AmbiguousScalarError, whose message says what to write instead.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    if text.lower() not in _LOOK_ALIKES and _TEXT.fullmatch(text):
        return text
    raise AmbiguousScalarError(_advice(text))


def is_plain_key(text: str) -> bool:
    """Whether a key is a name that no reader takes for a boolean, a null, a number or a merge."""
    return bool(_KEY.fullmatch(text)) and text.lower() not in _LOOK_ALIKES


def _integer(text: str) -> int:
    value = int(text)
    if abs(value) > MAX_EXACT_INTEGER:
        raise AmbiguousScalarError("has more digits than a reader keeps; write at most 15 digits")
    return value


def _decimal(text: str) -> float:
    """Return a whole decimal as an integer, which is what the CLI writes for it."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _advice(text: str) -> str:
    if not text:
        return "is empty; write null"
    if text.lower() in ("~", "null"):
        return "is one of many spellings; write null"
    if text.lower() in ("true", "yes", "on", "y", "false", "no", "off", "n"):
        return f'may be a boolean or a text; write true or false, or quote it: "{text}"'
    if text.lower().lstrip("+-.") in ("nan", "inf"):
        return "is not a finite number; write a finite one"
    return (
        f'may be a number, a date or a text; quote it: "{text}", or write a plain decimal '
        "(no leading zero, sign, underscore or exponent; at most 4 decimals)"
    )
