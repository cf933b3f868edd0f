"""One PubMed record as the server keeps it: its own XML, its summary and what a search reads."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from upstreams.citation import Citation
from upstreams.docsum import docsum
from upstreams.pubdate import PartialDate, partial_date
from upstreams.text import SEPARATOR, listed, spaced

ElementTree.register_namespace("mml", "http://www.w3.org/1998/Math/MathML")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A stored record; everything a request needs is worked out once, when it is loaded."""

    pmid: str
    """The identifier, digits."""
    xml: str
    """The record's own element, as efetch hands it out."""
    summary: dict[str, Any]
    """What esummary answers for it."""
    fields: dict[str, str]
    """Field name (`title`, `abstract`, `mesh`…) to searchable text, see `upstreams.text`."""
    headings: frozenset[str]
    """MeSH headings, each as searchable text, for the query translation."""
    dates: dict[str, str]
    """`pdat`, `edat`, `mdat` as YYYY/MM/DD; empty where the record has no such date."""


def article(record: Element) -> Article:
    """Read one `PubmedArticle` or `PubmedBookArticle` element; raises ValueError without PMID."""
    citation = Citation(record)
    if not citation.pmid.isdigit():
        raise ValueError(f"a {record.tag} has no PMID")
    record.tail = None
    headings = citation.texts("MeshHeadingList/MeshHeading/DescriptorName")
    return Article(
        pmid=citation.pmid,
        xml=ElementTree.tostring(record, encoding="unicode"),
        summary=docsum(citation),
        fields=_fields(citation, headings),
        headings=frozenset(spaced(heading) for heading in headings),
        dates=_dates(citation),
    )


def _fields(citation: Citation, headings: list[str]) -> dict[str, str]:
    keywords = citation.texts("KeywordList/Keyword")
    fields = {
        "title": spaced(citation.title),
        "abstract": spaced(citation.abstract),
        "keyword": listed(keywords),
        "mesh": listed(headings),
        "major": listed(citation.texts("MeshHeadingList/*/DescriptorName[@MajorTopicYN='Y']")),
        "qualifier": listed(citation.texts("MeshHeadingList/MeshHeading/QualifierName")),
        "substance": listed(citation.texts("ChemicalList/Chemical/NameOfSubstance")),
        "author": listed(name for names in citation.authors for name in names),
        "firstauthor": listed(name for names in citation.authors[:1] for name in names),
        "journal": listed(citation.journal_names),
        "type": listed(citation.publication_types),
        "language": listed(citation.languages),
        "pmid": spaced(citation.pmid),
        "extra": spaced("hasabstract" if citation.abstract else ""),
    }
    fields["all"] = SEPARATOR.join(fields.values())
    text = ("title", "abstract", "keyword")
    return fields | {"tiab": SEPARATOR.join(fields[name] for name in text)}


def _dates(citation: Citation) -> dict[str, str]:
    entered = {status: partial_date(step) for status, step in citation.history()}
    revised = partial_date(citation.head.find("DateRevised"))
    published = citation.published.slashed
    entry = entered.get("entrez", entered.get("pubmed", PartialDate())).slashed
    return {"pdat": published, "edat": entry or published, "mdat": revised.slashed or published}
