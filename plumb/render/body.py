"""Protobuf struct -> plain values, refusing whatever would be rendered as something it is not."""

import math
import re
from collections.abc import Iterator
from typing import Any

from pulumi.runtime import rpc

_LARGEST_EXACT = 2**53
"""Integers beyond this are not exact as the doubles that Pulumi's protocol carries."""

_FIRST = {"apiVersion": 0, "kind": 1, "name": 2, "metadata": 3}
_FREE = frozenset(
    {"data", "labels", "annotations", "matchLabels", "nodeSelector", "parameters", "postgresql"}
)
"""Maps whose keys are the user's own."""

_SNAKE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
_SPECIAL = rpc._special_sig_key  # the mark of wrapped values, which has no other name
_SECRET = rpc._special_secret_sig  # as above
_OUTPUT_TEXT = re.compile(r"Output\[|pulumi\.output\.Output")
_NONE_TEXT = re.compile(r"\bNone\b")
_HEADLESS = "spec.clusterIP"
"""The one field where `None` is a value of Kubernetes' own."""


def plain(struct: Any) -> dict[str, Any]:
    """Return a protobuf Struct's values: whole numbers as integers, keys in a readable order."""
    fields = sorted(struct.fields.items(), key=lambda item: (_FIRST.get(item[0], 9), item[0]))
    return {key: _value(value) for key, value in fields}


def problems(value: Any, path: str = "") -> Iterator[str]:
    """Yield what makes a value untruthful, each with its path."""
    if isinstance(value, dict):
        yield from _mapping_problems(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from problems(item, f"{path}[{index}]")
    else:
        problem = _scalar_problem(value, path)
        if problem:
            yield f"{path} {problem}"


def _value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return plain(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)


def _mapping_problems(value: dict[str, Any], path: str) -> Iterator[str]:
    if _SPECIAL in value:
        secret = value[_SPECIAL] == _SECRET
        yield f"{path} " + (
            "carries a secret; name a Secret and read it by secretKeyRef"
            if secret
            else "is no plain value (an asset or a resource)"
        )
        return
    free = path.rpartition(".")[2] in _FREE
    for key, item in value.items():
        below = f"{path}.{key}" if path else key
        if not free and _SNAKE.fullmatch(key):
            yield f"{below} is snake_case, which Kubernetes does not know; write it in camelCase"
        # A file's text is its author's own, and holds what it likes.
        text_of_a_file = path == "data" and isinstance(item, str) and item != rpc.UNKNOWN
        if not text_of_a_file:
            yield from problems(item, below)


def _scalar_problem(value: Any, path: str) -> str | None:
    if isinstance(value, str):
        return _text_problem(value, path)
    if value is None:
        return "is null; leave the field out"
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}, which is no number"
    if not isinstance(value, bool) and abs(value) > _LARGEST_EXACT:
        return f"is {value}, too large to be exact; write it as text"
    return None


def _text_problem(text: str, path: str) -> str | None:
    if rpc.UNKNOWN in text:
        return "is known to the cluster only; state the value instead of reading it back"
    if _OUTPUT_TEXT.search(text):
        return f"is the text of an Output, {text[:60]!r}; state the value instead"
    if _NONE_TEXT.search(text) and path != _HEADLESS:
        return f"has a None in it, {text!r}"
    return None
