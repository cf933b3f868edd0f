"""Another valid value of a field, the nearest that loads."""

import json
from collections.abc import Iterator
from typing import Any

from plumb.fields import Field
from profiles import Profile, ProfileError, load_profile
from profiles.named import merged
from tests.profiles.build import nested
from tests.reference.context import Values, contexts, leaves

_USUAL: dict[str, tuple[Any, ...]] = {
    "string": (
        "v1.0.1",
        "x",
        "0 4 * * *",
        "30 4 * * 0",
        "example.org",
        "http://example.org/x",
        "/livez",
        "/health",
    ),
    "integer": (50, 5, 100, 1000, 2),
    "number": (50, 5, 1, 0.5),
    "array": (["example"], ["10.9.0.0/16"], ["https://example.org"], []),
}
"""Values by JSON type, of which some field of the type takes one."""


def perturbed(field: Field, stated: Values, value: Any) -> Profile | None:
    """Return the profile with another value of the field and all else equal; None if none loads."""
    for other in _others(field, value):
        if other == value:
            continue
        try:
            return load_profile(json.dumps(merged(stated, nested(field.path, other))))
        except ProfileError:
            continue
    return None


def _others(field: Field, value: Any) -> Iterator[Any]:
    yield from (one for one in field.schema.get("enum", ()) if one is not None)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from _numbers(field, value)
    elif isinstance(value, str):
        yield from _texts(value)
    yield from (*_seen(field.path), *_USUAL.get(field.types[0], ()))
    if field.nullable:
        yield None


def _texts(value: str) -> Iterator[str]:
    if "://" in value:
        yield f"{value.rstrip('/')}/x"
    else:
        yield from (f"{value}-x", f"{value}x", f"{value}.1", f"{value}/x")


def _numbers(field: Field, value: float) -> Iterator[float]:
    yield from (value + 1, value - 1)
    if field.types[0] == "number":
        yield from (value * 0.99, value * 1.01, value / 2)
    yield from (value * 2, value // 2, value + 60, value - 60)


def _seen(path: str) -> list[Any]:
    """Return the values that other profiles have, in a fixed order."""
    found = (leaves(stated).get(path) for stated in contexts())
    return [value for value in found if value is not None]
