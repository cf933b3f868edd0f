"""Searching PubMed records: what a term finds, what is dropped, in which order hits come."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upstreams.article import Article
from upstreams.parser import PUBMED, parse
from upstreams.pubdate import earliest, latest
from upstreams.span import Span, date_span
from upstreams.stopword import STOPWORDS
from upstreams.tag import DATES, FIELDS, LONG_NAMES
from upstreams.terms import EVERY, Operator, Postfix, Term, evaluate, joined, terms_of
from upstreams.text import needle, spaced

_WEIGHTS = {"title": 3, "mesh": 2, "abstract": 1}
"""Relevance is the sum, over the terms, of how often each occurs times the weight of where."""


@dataclass(slots=True)
class Notices:
    """What a search left out; the service says so nowhere else."""

    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The outcome of one search."""

    pmids: list[str]
    """Every hit, in the order asked for."""
    translations: list[tuple[str, str]]
    """(typed, what it was taken for), for words that are MeSH headings of these records."""
    query: str
    """The query as it was understood, without what was dropped."""
    notices: Notices
    """What was dropped, and warnings."""


class Search:
    """One search over the stored records; make a new one for each request."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._notices = Notices()
        self._translations: dict[str, str] = {}

    def find(self, parameters: Mapping[str, str]) -> Found:
        """Answer esearch's term, sort and date parameters; `term` must not be empty."""
        query = parse(parameters["term"], PUBMED)
        hits = evaluate(query, self._hits, joined) or frozenset()
        text = evaluate(query, self._spelled, _sentence)
        span = date_span(parameters)
        if span is not None:
            hits = frozenset(p for p in hits if span.holds(self._articles[p].dates))
        if not hits:
            self._notices.messages.append("No items found.")
        translated = text[0] if text else f"({parameters['term']}[All Fields])"
        return Found(
            pmids=self._ordered(hits, query, parameters.get("sort", "")),
            translations=[*self._translations.items()],
            query=translated if span is None else f"{translated} AND {span}",
            notices=self._notices,
        )

    def _hits(self, term: Term) -> frozenset[str] | None:
        if term == EVERY:
            return frozenset(self._articles)
        name = self._field(term)
        if term.until is not None or name in DATES:
            found = self._dated(term, name if name in DATES else "pdat")
        elif not spaced(term.text) or self._is_stopword(term):
            _note(self._notices.phrases_ignored, term.text)
            return None
        else:
            found = self._containing(term, name)
        if not found:
            _note(self._notices.phrases_not_found, term.text)
        return found or None

    def _containing(self, term: Term, name: str) -> frozenset[str]:
        """Articles with the phrase; a quoted one nobody has is looked for as single words."""
        wanted = needle(term.text)
        if name in ("author", "firstauthor") and not term.quoted:
            wanted = wanted.rstrip()
        found = frozenset(p for p, a in self._articles.items() if wanted in a.fields[name])
        if found or not term.quoted or len(spaced(term.text).split()) == 1:
            return found
        _note(self._notices.quoted_not_found, f'"{term.text}"')
        parts = [f" {word} " for word in spaced(term.text).split()]
        return frozenset(
            p for p, a in self._articles.items() if all(w in a.fields[name] for w in parts)
        )

    def _dated(self, term: Term, name: str) -> frozenset[str]:
        span = Span(name, earliest(term.text), latest(term.until or term.text))
        return frozenset(p for p, a in self._articles.items() if span.holds(a.dates))

    def _field(self, term: Term) -> str:
        tag = term.field.casefold().partition(":")[0].strip()
        if tag and tag not in FIELDS:
            _note(self._notices.fields_not_found, term.field)
        return FIELDS.get(tag, "all")

    def _is_stopword(self, term: Term) -> bool:
        return not (term.quoted or term.field) and term.text.casefold() in STOPWORDS

    def _spelled(self, term: Term) -> tuple[str, bool] | None:
        """Print the term as the service would; true when that text needs parentheses."""
        if term == EVERY:
            return "all[sb]", False
        name = self._field(term)
        if term.until is not None:
            return f"{term.text}:{term.until}[{LONG_NAMES.get(name, 'Date - Publication')}]", False
        if self._hits(term) is None:
            return None
        plain = f'"{term.text.casefold()}"[{LONG_NAMES.get(name, "All Fields")}]'
        heading = spaced(term.text)
        if term.field or not any(heading in a.headings for a in self._articles.values()):
            return plain, False
        taken = f'"{term.text.casefold()}"[MeSH Terms] OR {plain}'
        self._translations[term.text] = taken
        return f"({taken})", False

    def _ordered(self, hits: frozenset[str], query: Postfix, sort: str) -> list[str]:
        newest = sorted(hits, key=self._newest, reverse=True)
        match sort.casefold().replace("+", " ").strip():
            case "relevance" | "best match":
                return sorted(newest, key=lambda pmid: -self._score(pmid, query))
            case "pub_date" | "pub date":
                return sorted(newest, key=lambda p: self._articles[p].dates["pdat"], reverse=True)
            case "author" | "first author":
                return sorted(newest, key=lambda p: self._sort_text(p, "sortfirstauthor"))
            case "journalname" | "journal":
                return sorted(newest, key=lambda p: self._sort_text(p, "source"))
            case "" | "most recent" | "most+recent":
                return newest
        self._notices.messages.append(f"Unknown sort schema '{sort}' ignored")
        return newest

    def _newest(self, pmid: str) -> tuple[str, int]:
        return self._articles[pmid].dates["edat"], int(pmid)

    def _sort_text(self, pmid: str, key: str) -> str:
        return str(self._articles[pmid].summary[key]).casefold()

    def _score(self, pmid: str, query: Postfix) -> int:
        fields = self._articles[pmid].fields
        wanted = [needle(term.text) for term in terms_of(query) if spaced(term.text)]
        return sum(
            weight * fields[name].count(word)
            for word in wanted
            for name, weight in _WEIGHTS.items()
        )


def _sentence(
    operator: Operator, left: tuple[str, bool], right: tuple[str, bool]
) -> tuple[str, bool]:
    shown = f"({right[0]})" if right[1] else right[0]
    return f"{left[0]} {operator} {shown}", True


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)
