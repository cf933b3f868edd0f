"""Any value of a graph as JSON: messages, dataclasses, dates and what else a state may hold."""

import json
from typing import Any

from pydantic_core import to_json


def json_bytes(value: Any) -> bytes:
    """Return the JSON of a value; what has none is its text, an exception its kind, NaN null."""
    return to_json(
        value, fallback=_text, serialize_unknown=True, inf_nan_mode="null", by_alias=True
    )


def plain(value: Any) -> Any:
    """Return a value of JSON's own types."""
    return json.loads(json_bytes(value))


def _text(value: Any) -> str:
    """Return the text of what is no JSON; what an exception says is for the log."""
    if isinstance(value, BaseException):
        return type(value).__name__
    try:
        return str(value)
    except Exception:  # its own code, which may raise anything
        return f"<{type(value).__name__}>"
