"""A frame -> what each source is asked, narrow first, then broader.

Terms hold words, hyphens and apostrophes only (see `word.plain`), and no operator in capitals, so
that nothing a user types is ever read as a search's syntax.
"""

from collections.abc import Iterable

from runtime.research.frame import Frame
from runtime.research.vocabulary import american
from runtime.research.word import plain

_FIRST_YEAR, _LAST_YEAR = 1800, 3000
"""Open ends of a range of years, as PubMed's users write them."""


def pubmed_queries(frame: Frame) -> tuple[str, ...]:
    """Return PubMed queries: one with all concepts and, where it differs, a broader one."""
    if frame.pmids:
        return (" OR ".join(f"{pmid}[uid]" for pmid in frame.pmids),)
    if not frame.concepts:
        return (" OR ".join(frame.nct_ids),)
    found = dict.fromkeys((_narrow(frame), _broad(frame)))
    return tuple(query + _published(frame) for query in found)


def ctgov_queries(frame: Frame) -> tuple[dict[str, str], ...]:
    """Return parameters for ClinicalTrials.gov's /studies: all concepts, then broader."""
    if frame.nct_ids:
        return ({"filter.ids": "|".join(frame.nct_ids)},)
    if not frame.concepts:
        return ()
    fields = {
        "query.cond": _all(_spelled(frame.conditions)),
        "query.intr": _all(_spelled(_treatments(frame))),
        "query.term": _all(_quoted(frame.phrases)),
    }
    if not any(fields.values()):
        fields["query.term"] = _narrow(frame)
    found = [fields, {"query.term": _broad(frame)}]
    if len(frame.concepts) == 1:
        found.pop()
    started = _started(frame)
    return tuple(
        {name: text for name, text in (query | started).items() if text} for query in found
    )


def documents_query(frame: Frame) -> str:
    """Return an FTS5 query: any word of the frame, each in double quotes as FTS5's strings are."""
    terms = (*frame.concepts, *frame.outcomes)
    found = {word.casefold() for term in terms for word in plain(term)}
    found |= {american(word) for word in found}
    return " OR ".join(f'"{word}"' for word in sorted(found))


def _narrow(frame: Frame) -> str:
    return _all(_rendered(frame))


def _broad(frame: Frame) -> str:
    """One of the treatments and one of the conditions; without either, any concept."""
    treatments, conditions = _treatments(frame), frame.conditions
    if treatments and conditions:
        return _all([_any(_spelled(treatments)), _any(_spelled(conditions))])
    return _any(_rendered(frame))


def _rendered(frame: Frame) -> list[str]:
    named = (*_treatments(frame), *frame.conditions)
    return [*_spelled(named), *_quoted(frame.phrases)] or _spelled(frame.outcomes)


def _treatments(frame: Frame) -> tuple[str, ...]:
    return (*frame.interventions, *frame.comparisons)


def _spelled(terms: Iterable[str]) -> list[str]:
    """Each term in brackets, with its American spelling beside it where that differs."""
    return [f"({' OR '.join(dict.fromkeys((term, _american(term))))})" for term in terms]


def _american(term: str) -> str:
    changed = {word: american(word.casefold()) for word in term.split()}
    return " ".join(word if new == word.casefold() else new for word, new in changed.items())


def _quoted(phrases: Iterable[str]) -> list[str]:
    return [f'"{phrase}"' for phrase in phrases]


def _all(terms: Iterable[str]) -> str:
    return " AND ".join(terms)


def _any(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _published(frame: Frame) -> str:
    if frame.since is None and frame.until is None:
        return ""
    return f" AND {frame.since or _FIRST_YEAR}:{frame.until or _LAST_YEAR}[pdat]"


def _started(frame: Frame) -> dict[str, str]:
    if frame.since is None and frame.until is None:
        return {}
    first = f"{frame.since}-01-01" if frame.since else "MIN"
    last = f"{frame.until}-12-31" if frame.until else "MAX"
    return {"filter.advanced": f"AREA[StartDate]RANGE[{first},{last}]"}
