"""PubMed's XML -> records: journal articles and book chapters."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from runtime.research.evidence import Record, SourceName

_KINDS = ("PubmedArticle", "PubmedBookArticle")
_CONCLUSIONS = re.compile(r"conclu|interpretation|summary", re.IGNORECASE)
_RESULTS = re.compile(r"result|finding", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_NAMED_AUTHORS = 2
"""Authors that a citation names before `et al.`"""
_LONGEST_SUMMARY = 4000
"""Most characters kept of an abstract."""


def read_articles(xml: bytes) -> list[Record]:
    """Return the records of a PubmedArticleSet, in its order; raises ValueError for other XML.

    Entities are refused, not expanded (defusedxml): an answer can be hostile.
    """
    try:
        root: Element = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ValueError(f"is not XML that can be read ({error})") from None
    if root.tag != "PubmedArticleSet":
        said = _text(root.find("ERROR")) or f"its root is {root.tag[:40]!r}"
        raise ValueError(f"is no set of articles: {said[:160]}")
    return [_record(element) for element in root if element.tag in _KINDS]


def _record(element: Element) -> Record:
    is_book = element.tag == "PubmedBookArticle"
    head = _child(element, "BookDocument" if is_book else "MedlineCitation")
    body = head if is_book else _child(head, "Article")
    pmid = _text(head.find("PMID"))
    year = _year(body, is_book=is_book)
    title = _text(body.find("ArticleTitle")) or _text(body.find("Book/BookTitle"))
    return Record(
        source=SourceName.PUBMED,
        id=pmid,
        title=title or _text(body.find("VernacularTitle")) or "(no title)",
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        year=year,
        summary=_summary(body)[:_LONGEST_SUMMARY],
        detail=", ".join(part for part in (_authors(body), _journal(head, body)) if part),
        retracted=_is_retracted(head, body, title),
    )


def _summary(body: Element) -> str:
    """Return results and conclusions of a structured abstract, else the whole abstract."""
    parts = [*body.iterfind("Abstract/AbstractText")]
    concluding = [part for part in parts if _CONCLUSIONS.search(_label(part))]
    telling = [part for part in parts if part in concluding or _RESULTS.search(_label(part))]
    return " ".join(text for part in (telling if concluding else parts) if (text := _text(part)))


def _label(part: Element) -> str:
    return f"{part.get('Label', '')} {part.get('NlmCategory', '')}"


def _authors(body: Element) -> str:
    lists = [e for e in body.iterfind("AuthorList") if e.get("Type") != "editors"]
    names = [_name(author) for found in lists for author in found.iterfind("Author")]
    named = [name for name in names if name]
    return ", ".join(named[:_NAMED_AUTHORS]) + (" et al." if len(named) > _NAMED_AUTHORS else "")


def _name(author: Element) -> str:
    own = f"{_text(author.find('LastName'))} {_text(author.find('Initials'))}".strip()
    return own or _text(author.find("CollectiveName"))


def _journal(head: Element, body: Element) -> str:
    places = (
        head.find("MedlineJournalInfo/MedlineTA"),
        body.find("Journal/ISOAbbreviation"),
        body.find("Journal/Title"),
        body.find("Book/BookTitle"),
    )
    return next((text for place in places if (text := _text(place))), "")


def _year(body: Element, *, is_book: bool) -> int | None:
    """Return the year of publication; a MedlineDate such as `1998 Dec-1999 Jan` has its first."""
    date = body.find("Book/PubDate" if is_book else "Journal/JournalIssue/PubDate")
    fallback = body.find("ContributionDate" if is_book else "ArticleDate")
    found = _YEAR.search(_text(date)) or _YEAR.search(_text(fallback))
    return int(found[0]) if found else None


def _is_retracted(head: Element, body: Element, title: str) -> bool:
    kinds = {_text(kind) for kind in body.iterfind(".//PublicationType")}
    notices = head.iterfind("CommentsCorrectionsList/CommentsCorrections")
    return (
        "Retracted Publication" in kinds
        or any(notice.get("RefType") == "RetractionIn" for notice in notices)
        or title.upper().startswith("RETRACTED")
    )


def _child(parent: Element, tag: str) -> Element:
    found = parent.find(tag)
    return found if found is not None else Element(tag)


def _text(element: Element | None) -> str:
    """Return all text inside an element without its tags, white space collapsed."""
    if element is None:
        return ""
    return " ".join(_separator(element).join(element.itertext()).split())


def _separator(element: Element) -> str:
    # A date's parts stand in elements of their own; tags in a title stand inside words.
    return " " if element.tag.endswith("Date") else ""
