"""A boolean query in postfix order, and how it is worked out.

Postfix and a stack instead of a tree: a query of ten thousand parentheses needs no recursion.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Value = TypeVar("Value")


class Operator(StrEnum):
    """The boolean operators; the value is how a query spells them (upper case only)."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing to look for."""

    text: str
    """What was typed, without quotes, tag or operator."""
    field: str = ""
    """The tag in brackets after it (PubMed) or the name in `AREA[…]` before it; empty without."""
    quoted: bool = False
    """Whether it stood in double quotes."""
    until: str | None = None
    """Upper end of a range whose lower end is `text`; None when it is no range."""


EVERY = Term(text="*")
"""Matches every record: what a NOT without a left side is taken from."""

Postfix = tuple[Term | Operator, ...]


def terms_of(query: Postfix) -> Iterable[Term]:
    """Give the terms in the order they were written."""
    return (item for item in query if isinstance(item, Term))


def evaluate(
    query: Postfix,
    leaf: Callable[[Term], Value | None],
    combine: Callable[[Operator, Value, Value], Value],
) -> Value | None:
    """Work a query out; a leaf of None is dropped from it, as PubMed drops an unknown phrase.

    `x AND dropped`, `x OR dropped` and `x NOT dropped` are x; `dropped NOT x` is dropped. The whole
    is None when it is empty or everything was dropped.
    """
    stack: list[Value | None] = []
    for item in query:
        if isinstance(item, Term):
            stack.append(leaf(item))
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_kept(item, left, right, combine))
    return stack.pop() if stack else None


def _kept(
    operator: Operator,
    left: Value | None,
    right: Value | None,
    combine: Callable[[Operator, Value, Value], Value],
) -> Value | None:
    if right is None:
        return left
    if left is None:
        return None if operator is Operator.NOT else right
    return combine(operator, left, right)


def joined(operator: Operator, left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    """Apply a boolean operator to sets of record ids."""
    if operator is Operator.AND:
        return left & right
    return left | right if operator is Operator.OR else left - right
