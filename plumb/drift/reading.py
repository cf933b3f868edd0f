"""Values of Kubernetes as numbers of a profile's units."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from plumb.quantity import amount

_SECONDS = re.compile(r"(\d+)([smh])")
_UNITS: Mapping[str, float] = MappingProxyType(
    {"plain": 1, "millicores": 0.001, "mib": 2**20, "gib": 2**30}
)
"""What one of a field's unit is in Kubernetes' own."""


class Reading(NamedTuple):
    """A value as a profile may state it."""

    unit: str
    """How it was read; two values compare only where they were read alike."""
    value: Any
    """The value in that unit."""


def readings(value: Any) -> Iterator[Reading]:
    """Yield a value as itself and, where it is a quantity or a duration, in each unit."""
    yield Reading("itself", value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return
    with suppress(ValueError):
        base = amount(value)
        yield from (Reading(unit, _whole(base / size)) for unit, size in _UNITS.items())
    duration = _SECONDS.fullmatch(str(value))
    if duration:
        yield Reading("seconds", int(duration[1]) * {"s": 1, "m": 60, "h": 3600}[duration[2]])


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same to Kubernetes."""
    if one == other:
        return True
    first, second = (dict(readings(each)) for each in (one, other))
    return "plain" in first and first["plain"] == second.get("plain")


def _whole(number: float) -> int | float:
    rounded = round(number, 6)
    return int(rounded) if rounded.is_integer() else rounded
