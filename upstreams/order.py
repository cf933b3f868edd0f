"""The order of found studies: ClinicalTrials.gov's `sort` parameter."""

from collections.abc import Iterable, Mapping

from upstreams.errors import ParameterError
from upstreams.essie import score
from upstreams.piece import path_of, split_list
from upstreams.study import AREAS, Study, values_at

_MOST_KEYS = 2
_RELEVANCE = "@relevance"
Rank = tuple[float, str]
"""A number, or zero and a date's text."""


def ordered(
    studies: Mapping[str, Study], found: Iterable[str], parameters: Mapping[str, str]
) -> list[str]:
    """Order the found NCT numbers by the request's sort keys, else by number.

    Raises `ParameterError` for more than two keys, an unknown piece or direction.
    """
    hits = sorted(found)
    keys = split_list(parameters.get("sort", ""))
    if len(keys) > _MOST_KEYS:
        raise ParameterError(f"Parameter 'sort' contains more than {_MOST_KEYS} items")
    expressions = [parameters[name] for name in AREAS if parameters.get(name)]
    for key in reversed(keys):
        name, _, direction = key.partition(":")
        if direction not in ("", "asc", "desc"):
            raise ParameterError(f"Parameter 'sort' has incorrect format: '{key}'")
        if name == _RELEVANCE:
            ranks = {n: (float(score(studies[n], expressions)), "") for n in hits}
        else:
            ranks = _ranks(studies, hits, path_of(name, "sort"))
        hits = _by_rank(hits, ranks, direction or _direction(name, ranks))
    return hits


def _ranks(studies: Mapping[str, Study], hits: list[str], path: str) -> dict[str, Rank]:
    values = {number: next(values_at(studies[number].body, path), "") for number in hits}
    return {n: (float(v), "") if v.isdecimal() else (0.0, v) for n, v in values.items() if v}


def _by_rank(hits: list[str], ranks: dict[str, Rank], direction: str) -> list[str]:
    """Stable, so that a first key sorts over a second; a study without the field comes last."""
    known = [number for number in hits if number in ranks]
    known.sort(key=lambda number: ranks[number], reverse=direction == "desc")
    return [*known, *(number for number in hits if number not in ranks)]


def _direction(name: str, ranks: dict[str, Rank]) -> str:
    """Dates and relevance descend, numbers ascend, when the request does not say."""
    dates = any(text for _, text in ranks.values())
    return "desc" if dates or name == _RELEVANCE else "asc"
