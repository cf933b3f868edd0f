"""Which parts of an answer are wanted: fields by name, values by path."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from runtime.execution.run import Json

_ROOTS = ("config", "interrupts", "metadata", "values")
"""Fields of a thread that a path may begin with."""

_STEP = re.compile(r"\.([^.\[\]]+)|\[(-?\d{1,9})\]")

_MOST_PATHS = 10
"""Paths of one request, as the client's documentation has it."""


def _path(text: str) -> str:
    root = re.split(r"[.\[]", text, maxsplit=1)[0]
    rest = text.removeprefix(root)
    if root not in _ROOTS:
        raise ValueError(f"a path begins with one of {', '.join(_ROOTS)}, not with {root!r}")
    if _STEP.sub("", rest):
        raise ValueError(f"{text!r} is no path; write it as values.messages[-1].content")
    return text


Extract = Annotated[dict[str, Annotated[str, AfterValidator(_path)]], Field(max_length=_MOST_PATHS)]
"""Paths into a thread, by the names that their values are wanted by."""


def extracted(thread: Json, paths: Mapping[str, str]) -> Json:
    """Return what lies at each path; None where nothing does."""
    return {name: _at(thread, path) for name, path in paths.items()}


def _at(thread: Json, path: str) -> Any:
    root = re.split(r"[.\[]", path, maxsplit=1)[0]
    steps = _STEP.findall(path.removeprefix(root))
    return reduce(_step, steps, thread.get(root))


def _step(value: Any, step: tuple[str, str]) -> Any:
    key, index = step
    if key:
        return value.get(key) if isinstance(value, dict) else None
    number = int(index)
    there = isinstance(value, list) and -len(value) <= number < len(value)
    return value[number] if there else None


def chosen(shape: Json, fields: Collection[str] | None) -> Json:
    """Return the fields of an answer that are wanted; all where none is named."""
    return {name: shape[name] for name in fields if name in shape} if fields else shape


_VALUE = "values."

STATE_FIELDS = (
    "values", "next", "tasks", "checkpoint", "metadata", "created_at", "parent_checkpoint",
    "interrupts",
)  # fmt: skip
"""Fields of a state."""


def _state_field(text: str) -> str:
    if text not in STATE_FIELDS and not (text.startswith(_VALUE) and text != _VALUE):
        known = ", ".join(STATE_FIELDS)
        raise ValueError(f"a state has no {text!r}; it has {known}, and values.NAME")
    return text


StateFields = list[Annotated[str, AfterValidator(_state_field)]]
"""Fields of a state, and single values of it."""


def chosen_state(state: Json, fields: Sequence[str] | None) -> Json:
    """Return the fields and the single values of a state that are wanted."""
    if not fields:
        return state
    keys = [field.removeprefix(_VALUE) for field in fields if field.startswith(_VALUE)]
    shape = {field: state[field] for field in fields if field in state}
    if keys and "values" not in shape:
        held = state["values"] if isinstance(state["values"], dict) else {}
        shape["values"] = {key: held[key] for key in keys if key in held}
    return shape
