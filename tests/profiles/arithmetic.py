"""Reads a comparison's arithmetic back, to see whether it says what is true."""

import operator
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil, isclose, prod

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_SIGN = re.compile(r" (<=|>=|<|>) ")
_NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]\d+)?"
_PRODUCT = re.compile(rf"{_NUMBER}(?:/s)?(?:(?: [A-Za-z%]+)? x {_NUMBER})*")


def false_relations(arithmetic: str) -> list[str]:
    """Return each relation of a text such as `2 x 3 = 6 <= 7 limit` that is not true."""
    return [text for text, holds in _relations(arithmetic) if not holds]


def relations(arithmetic: str) -> int:
    """Return how many relations a text has."""
    return len(_SIGN.findall(arithmetic))


def _relations(arithmetic: str) -> Iterator[tuple[str, bool]]:
    parts = _SIGN.split(arithmetic)
    for (left, right), sign in zip(pairwise(parts[::2]), parts[1::2], strict=True):
        first, second = _value(left), _value(right)
        # A broken number is printed rounded: at the very edge two of them may look equal.
        whole = first.is_integer() and second.is_integer()
        near = not whole and isclose(first, second, rel_tol=1e-6)
        yield f"{left} {sign} {right}", near or _SIGNS[sign](first, second)


def _value(side: str) -> float:
    """Return a side's number: after its last `=`, and there the first product."""
    found = _PRODUCT.search(side.rpartition(" = ")[2])
    assert found, f"no number in {side!r}"
    return prod(float(number) for number in re.findall(_NUMBER, found[0]))


_WORDS = re.compile(r"/[a-z]+\b|(?<![\w.])(?!(?:min|max|ceil)\()[A-Za-z][-A-Za-z_'.]*")


def evaluated(arithmetic: str) -> float:
    """Return what a derived number's arithmetic comes to, its words left out."""
    numbers = _WORDS.sub("", arithmetic.replace(" x ", " * "))
    result = eval(numbers, {"__builtins__": {}}, {"min": min, "max": max, "ceil": ceil})  # noqa: S307
    assert isinstance(result, int | float), arithmetic
    return result
