"""What a filter says of a field of an item's value, the same in both databases.

A field that is not there counts as null. Numbers are compared exactly, texts by their characters,
and `$gt` and its like hold only between two numbers or two texts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runtime.execution.storable import storable

ORDERS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
"""Operators that need an order."""

OPERATORS = {"$eq": "=", "$ne": "<>", **ORDERS}
"""All operators, in SQL's words."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition of a filter."""

    field: str
    """Field of the value, at its top."""
    operator: str
    """One of OPERATORS."""
    operand: Any
    """What the field is compared with."""

    @property
    def text(self) -> str:
        """The operand as JSON."""
        return storable(self.operand)


def comparisons(wanted: Mapping[str, Any]) -> list[Comparison]:
    """Return the conditions of a filter; ValueError names the field that cannot be understood."""
    found = [
        Comparison(field, operator, operand)
        for field, given in wanted.items()
        for operator, operand in _operations(field, given).items()
    ]
    for each in found:
        _check(each)
    return found


def _operations(field: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or not any(key.startswith("$") for key in given):
        return {"$eq": given}
    for operator in given:
        if operator not in OPERATORS:
            known = ", ".join(OPERATORS)
            raise ValueError(f"{field}: there is no operator {operator!r}; there are {known}")
    return given


def _check(given: Comparison) -> None:
    storable([given.field, given.operand])
    ordered = _is_number(given.operand) or isinstance(given.operand, str)
    if given.operator in ORDERS and not ordered:
        raise ValueError(f"{given.field}: {given.operator} compares with a number or a text")


def is_true(value: str, field: str, operator: str, operand: str) -> bool:
    """Tell whether a condition holds for an item's value: the function that SQLite calls."""
    have = json.loads(value, parse_float=Decimal).get(field)
    wanted = json.loads(operand, parse_float=Decimal)
    if operator in ("=", "<>"):
        return _same(have, wanted) == (operator == "=")
    if not _comparable(have, wanted):
        return False
    less, same = have < wanted, have == wanted
    holds = {">": not less and not same, ">=": not less, "<": less, "<=": less or same}
    return bool(holds[operator])


def _comparable(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return True
    return _is_number(one) and _is_number(other)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    return type(one) is type(other) and bool(one == other)
