"""Any value of a graph as JSON: messages, dataclasses, dates and what else a state may hold."""

import json
from typing import Any

from pydantic_core import to_json


def json_bytes(value: Any) -> bytes:
    """Return the JSON of a value; what has none is its text, NaN is null."""
    return to_json(value, serialize_unknown=True, inf_nan_mode="null", by_alias=True)


def plain(value: Any) -> Any:
    """Return a value of JSON's own types."""
    return json.loads(json_bytes(value))
