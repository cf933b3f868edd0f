"""Profiles to trace fields in: the stacks, and what else the modes can be combined to."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from profiles import ProfileError, load_profile
from profiles.named import merged
from tests.infra.catalogue import CATALOGUE
from tests.stacks import profile_json

Values = dict[str, Any]


def leaves(values: Values, path: str = "") -> dict[str, Any]:
    """Return the values by their dotted paths."""
    result: dict[str, Any] = {}
    for key, value in values.items():
        below = f"{path}.{key}" if path else key
        result |= leaves(value, below) if isinstance(value, dict) and value else {below: value}
    return result


@cache
def contexts() -> tuple[Values, ...]:
    """Return what is stated in each: production, development, and production in all modes.

    A mode joins the first combination that it contradicts in nothing and that still loads.
    """
    production = json.loads(profile_json("production"))
    combined: list[Values] = []
    for mode in CATALOGUE:
        if mode.base:
            continue
        for index, values in enumerate(combined):
            if _agree(values, mode.stated) and loads(
                merged(production, merged(values, mode.stated))
            ):
                combined[index] = merged(values, mode.stated)
                break
        else:
            combined.append(mode.stated)
    alone = (production, json.loads(profile_json("development")))
    return (*alone, *(merged(production, values) for values in combined))


def loads(stated: Values) -> bool:
    """Whether a stack file could state this."""
    try:
        load_profile(json.dumps(stated))
    except ProfileError:
        return False
    return True


def modes_of(path: str) -> Iterator[Values]:
    """Yield production in each mode that states a field together with others."""
    production = json.loads(profile_json("production"))
    for mode in CATALOGUE:
        if not mode.base and path in leaves(mode.stated):
            yield merged(production, mode.stated)


def _agree(values: Values, others: Values) -> bool:
    known = leaves(values)
    return all(
        known.get(path, value) == value
        and not any(one.startswith(f"{path}.") or path.startswith(f"{one}.") for one in known)
        for path, value in leaves(others).items()
    )
