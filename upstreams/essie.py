"""Matching studies with a query in (the simple part of) Essie's syntax."""

from collections.abc import Mapping

from upstreams.parser import ESSIE, parse
from upstreams.piece import path_of
from upstreams.study import Study, values_at
from upstreams.terms import EVERY, Postfix, Term, evaluate, joined, terms_of
from upstreams.text import listed, needle, spaced, whole_number

_LEAST, _MOST = "MIN", "MAX"
_WEIGHTS = {"query.titles": 3, "query.cond": 2, "query.intr": 2, "query.term": 1}
"""Relevance is the sum, over the terms, of how often each occurs times the weight of where."""


def matching(studies: Mapping[str, Study], expression: str, parameter: str) -> frozenset[str]:
    """Find the studies an expression means in one parameter's search area; all when empty.

    Words are joined by AND, `AREA[Piece]` moves the next term to one field and
    `AREA[Piece]RANGE[low,high]` compares; unlike PubMed, a word nobody has finds nothing.
    Raises `ParameterError` for an unknown piece in AREA.
    """
    query = _parsed(expression)

    def leaf(term: Term) -> frozenset[str]:
        if term == EVERY or not (spaced(term.text) or term.until is not None):
            return frozenset(studies)
        return frozenset(n for n, s in studies.items() if _matches(s, term, parameter))

    found = evaluate(query, leaf, joined)
    return frozenset(studies) if found is None else found


def score(study: Study, expressions: list[str]) -> int:
    """Rate the relevance of one study to all query expressions together."""
    terms = [term for text in expressions for term in terms_of(_parsed(text))]
    wanted = [needle(term.text) for term in terms if spaced(term.text) and not term.field]
    return sum(
        weight * study.areas[area].count(word)
        for word in wanted
        for area, weight in _WEIGHTS.items()
    )


def _parsed(expression: str) -> Postfix:
    return parse(expression, ESSIE)


def _matches(study: Study, term: Term, parameter: str) -> bool:
    if not term.field:
        return needle(term.text) in study.areas[parameter]
    values = [*values_at(study.body, path_of(term.field, parameter))]
    if term.until is not None:
        return any(_between(value, term.text, term.until) for value in values)
    return needle(term.text) in listed(values)


def _between(value: str, low: str, high: str) -> bool:
    """Numbers as numbers, dates as texts: `2024-05` lies inside 2024-01-01 to 2024-12-31."""
    after = low == _LEAST or _sortable(low) <= _sortable(value)
    return after and (high == _MOST or _sortable(value) <= _sortable(high))


def _sortable(value: str) -> tuple[int, str]:
    number = whole_number(value)
    return (0, value) if number is None else (number, "")
