"""Namespaces of items: how they are checked, written, and matched.

A namespace is kept as its labels, each with a `.` behind it: what begins with `a.` lies in `a`,
and nothing of `ab` does.
"""

import re
from collections.abc import Sequence

Namespace = tuple[str, ...]
"""Labels, the outermost first."""

RESERVED = "langgraph"
"""First label that LangGraph keeps for itself."""

LONGEST_BYTES = 1024
"""Most bytes of a whole namespace, and of a key: together with an owner they must fit into a row
of a Postgres index, which ends at 2704."""

ANY = "*"
"""Label of a condition that matches any one label."""


def check_namespace(labels: Sequence[str]) -> None:
    """Raise ValueError for labels that no item can lie under; none at all is the root."""
    for label in labels:
        check_text(label, "a label")
        if "." in label:
            raise ValueError(f"label {label!r} has a '.' in it, which divides labels")
    if len(written(labels).encode()) > LONGEST_BYTES:
        raise ValueError(f"is longer than {LONGEST_BYTES} bytes")


def check_place(labels: Sequence[str]) -> None:
    """Raise ValueError for a namespace that nothing can be put under."""
    check_namespace(labels)
    if not labels:
        raise ValueError("has no label; name at least one")
    if labels[0] == RESERVED:
        raise ValueError(f"begins with {RESERVED!r}, which LangGraph keeps for itself")


def check_key(key: str) -> None:
    """Raise ValueError for a key that no item can have."""
    check_text(key, "a key")
    if len(key.encode()) > LONGEST_BYTES:
        raise ValueError(f"is longer than {LONGEST_BYTES} bytes")


def check_text(text: object, what: str) -> None:
    """Raise ValueError for what is no text, empty, or not to be kept by both databases."""
    if not isinstance(text, str) or not text:
        raise ValueError(f"{what} is a text with at least one character, not {text!r}")
    if "\0" in text:
        raise ValueError(f"{what} cannot have a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{what} cannot have half of a surrogate pair") from None


def written(labels: Sequence[str]) -> str:
    """Return labels as they are kept."""
    return "".join(f"{label}." for label in labels)


def read(text: str) -> Namespace:
    """Return the labels of what is kept, with or without its last dot."""
    return tuple(text.rstrip(".").split("."))


def top(text: str, depth: int) -> str:
    """Return the first labels of what is kept."""
    return ".".join(read(text)[:depth])


def pattern(labels: Sequence[str], *, suffix: bool = False) -> str:
    """Return the regular expression of a condition, in words that Postgres reads alike."""
    inner = "".join(r"[^.]+\." if label == ANY else re.escape(f"{label}.") for label in labels)
    return rf"(^|\.){inner}\Z" if suffix else f"^{inner}"


def matches(text: str, expression: str) -> bool:
    """Tell whether what is kept matches such an expression."""
    return re.search(expression, text) is not None


def bounds(labels: Sequence[str]) -> tuple[str, str]:
    """Return the least and the first greater text of what lies in a namespace, in byte order."""
    first = written(labels)
    return first, f"{first[:-1]}{chr(ord('.') + 1)}"
