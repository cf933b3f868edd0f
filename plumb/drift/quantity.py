"""Values of Kubernetes as numbers of a profile's units.

Quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|Ki|Mi|Gi|Ti|k|M|G|T)?")
_FACTORS = {"m": 0.001, None: 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12} | {
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
}
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
    text = str(value)
    quantity = _QUANTITY.fullmatch(text)
    if quantity:
        amount = float(quantity[1]) * _FACTORS[quantity[2]]
        yield from (Reading(unit, _whole(amount / size)) for unit, size in _UNITS.items())
    duration = _SECONDS.fullmatch(text)
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
