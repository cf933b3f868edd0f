"""One PubMed record as XML, read the same way for a journal article and for a book chapter."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from upstreams.pubdate import PartialDate, partial_date

KINDS = ("PubmedArticle", "PubmedBookArticle")
"""The elements that are one record."""


def text_of(element: Element | None) -> str:
    """All text inside an element without its tags, white space collapsed; empty for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


class Citation:
    """Where things stand in a `PubmedArticle` or a `PubmedBookArticle`."""

    def __init__(self, record: Element) -> None:
        self.is_book = record.tag == "PubmedBookArticle"
        self.head = _child(record, "BookDocument" if self.is_book else "MedlineCitation")
        self.body = self.head if self.is_book else _child(self.head, "Article")
        self.data = _child(record, "PubmedBookData" if self.is_book else "PubmedData")

    @property
    def pmid(self) -> str:
        """The identifier, digits; empty when the record has none."""
        return text_of(self.head.find("PMID"))

    @property
    def title(self) -> str:
        """The article's or chapter's title; a whole book has the book's."""
        return text_of(self.body.find("ArticleTitle")) or self.at("Book/BookTitle")

    @property
    def abstract(self) -> str:
        """All parts of the abstract, other languages included."""
        parts = [*self.body.iterfind("Abstract/AbstractText")]
        parts += self.head.iterfind("OtherAbstract/AbstractText")
        return " ".join(text_of(part) for part in parts)

    @property
    def authors(self) -> list[tuple[str, str]]:
        """(`Smith JA`, `Smith Jane A`) of each author; a group has its name twice."""
        lists = [e for e in self.body.iterfind("AuthorList") if e.get("Type") != "editors"]
        return [_names(author) for found in lists for author in found.iterfind("Author")]

    @property
    def journal_names(self) -> list[str]:
        """The journal's abbreviation first, then its full name; a chapter has its book's title."""
        if self.is_book:
            return [self.at("Book/BookTitle")]
        short = text_of(self.head.find("MedlineJournalInfo/MedlineTA"))
        return [short or self.at("Journal/ISOAbbreviation"), self.at("Journal/Title")]

    @property
    def published(self) -> PartialDate:
        """The issue's date, or the book's."""
        where = "Book/PubDate" if self.is_book else "Journal/JournalIssue/PubDate"
        return partial_date(self.body.find(where))

    @property
    def languages(self) -> list[str]:
        """Three-letter codes."""
        return [text_of(element) for element in self.body.iterfind("Language")]

    @property
    def publication_types(self) -> list[str]:
        """`Journal Article`, `Retracted Publication` and the like."""
        return [text_of(element) for element in self.body.iterfind(".//PublicationType")]

    def history(self) -> Iterator[tuple[str, Element]]:
        """(status, date element) of each step of the record's history."""
        for step in self.data.iterfind("History/PubMedPubDate"):
            yield step.get("PubStatus", ""), step

    def texts(self, path: str) -> list[str]:
        """Read the texts of all elements at a path below the record's head."""
        return [text_of(element) for element in self.head.iterfind(path)]

    def at(self, path: str) -> str:
        """Read the text at a path below the article's body."""
        return text_of(self.body.find(path))


def _child(parent: Element, tag: str) -> Element:
    found = parent.find(tag)
    return found if found is not None else Element(tag)


def _names(author: Element) -> tuple[str, str]:
    group, last = text_of(author.find("CollectiveName")), text_of(author.find("LastName"))
    short = f"{last} {text_of(author.find('Initials'))}".strip()
    full = f"{last} {text_of(author.find('ForeName'))}".strip()
    return (group or short, group or full)
