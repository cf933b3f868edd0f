"""The document summary of one PubMed record (esummary's JSON); keys as recorded answers have."""

from collections.abc import Iterator
from typing import Any

from upstreams.citation import Citation, text_of
from upstreams.pubdate import partial_date

_ID_TYPE_NUMBERS = {"pubmed": 1, "doi": 3, "pii": 4, "pmcid": 5, "pmc": 8}
_STATUS_NUMBERS = {"epublish": "3", "ppublish": "4", "aheadofprint": "10"}
"""`pubstatus` of the common publication statuses; any other is 0."""
_NOTICES = {"RetractionIn": "Retraction in", "RetractionOf": "Retraction of"}
"""The references a summary names; recorded summaries spell their types so."""
_ALWAYS_EMPTY = """
medium edition publisherlocation srcdate reportnumber availablefromurl locationlabel docdate
bookname chapter
"""
"""Keys every summary has, which stay empty here."""


def docsum(citation: Citation) -> dict[str, Any]:
    """Summarise a record, without the abstract, which the service leaves out as well."""
    return {
        "uid": citation.pmid,
        **_dates(citation),
        **_authors(citation),
        **_title(citation),
        **_place(citation),
        **_kind(citation),
        "articleids": list(_article_ids(citation)),
        "history": list(_history(citation)),
        "references": list(_references(citation)),
        "srccontriblist": [],
        "doccontriblist": [],
        **dict.fromkeys(_ALWAYS_EMPTY.split(), ""),
    }


def _dates(citation: Citation) -> dict[str, Any]:
    electronic = partial_date(citation.body.find("ArticleDate"))
    sort = electronic.slashed or citation.published.slashed
    return {
        "pubdate": citation.published.spelled,
        "epubdate": electronic.spelled,
        "sortpubdate": f"{sort} 00:00" if sort else "",
    }


def _authors(citation: Citation) -> dict[str, Any]:
    names = [short for short, _ in citation.authors]
    return {
        "authors": [{"name": name, "authtype": "Author", "clusterid": ""} for name in names],
        "lastauthor": names[-1] if names else "",
        "sortfirstauthor": names[0] if names else "",
    }


def _title(citation: Citation) -> dict[str, Any]:
    journal = citation.journal_names
    return {
        "title": citation.title,
        "sorttitle": citation.title.casefold().rstrip("."),
        "vernaculartitle": citation.at("VernacularTitle"),
        "source": journal[0],
        "fulljournalname": "" if citation.is_book else journal[-1],
        "booktitle": citation.at("Book/BookTitle"),
        "publishername": citation.at("Book/Publisher/PublisherName"),
    }


def _place(citation: Citation) -> dict[str, Any]:
    printed = citation.at("Journal/ISSN[@IssnType='Print']")
    electronic = citation.at("Journal/ISSN[@IssnType='Electronic']")
    doi = citation.at("ELocationID[@EIdType='doi']")
    return {
        "volume": citation.at("Journal/JournalIssue/Volume"),
        "issue": citation.at("Journal/JournalIssue/Issue"),
        "pages": citation.at("Pagination/MedlinePgn"),
        "elocationid": f"doi: {doi}" if doi else "",
        "nlmuniqueid": text_of(citation.head.find("MedlineJournalInfo/NlmUniqueID")),
        "issn": printed or electronic,
        "essn": electronic,
    }


def _kind(citation: Citation) -> dict[str, Any]:
    medline = citation.head.get("Status") == "MEDLINE"
    status = text_of(citation.data.find("PublicationStatus"))
    return {
        "lang": citation.languages,
        "pubtype": citation.publication_types,
        "recordstatus": "PubMed - indexed for MEDLINE" if medline else "PubMed",
        "pubstatus": _STATUS_NUMBERS.get(status, "0"),
        "attributes": ["Has Abstract"] if citation.abstract else [],
        "pmcrefcount": "",
        "doctype": "chapter" if citation.is_book else "citation",
    }


def _article_ids(citation: Citation) -> Iterator[dict[str, Any]]:
    found = citation.data.find("ArticleIdList")
    pairs = [(e.get("IdType", ""), text_of(e)) for e in found] if found is not None else []
    for kind, value in pairs or [("pubmed", citation.pmid)]:
        yield {"idtype": kind, "idtypen": _ID_TYPE_NUMBERS.get(kind, 0), "value": value}


def _history(citation: Citation) -> Iterator[dict[str, str]]:
    for status, step in citation.history():
        hour, minute = text_of(step.find("Hour")) or "0", text_of(step.find("Minute")) or "0"
        date = f"{partial_date(step).slashed} {hour.zfill(2)}:{minute.zfill(2)}"
        yield {"pubstatus": status, "date": date}


def _references(citation: Citation) -> Iterator[dict[str, str]]:
    for notice in citation.head.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        kind = _NOTICES.get(notice.get("RefType", ""))
        if kind is not None:
            yield {
                "refsource": text_of(notice.find("RefSource")),
                "reftype": kind,
                "pmid": text_of(notice.find("PMID")),
                "note": text_of(notice.find("Note")),
            }
