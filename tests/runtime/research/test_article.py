"""PubMed's XML."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.research.article import read_articles
from tests.upstreams.server import recorded_data


def article(body: str, head: str = "") -> bytes:
    """Return a set of one article."""
    return (
        '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "x.dtd">'
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID>"
        f"<Article>{body}</Article>{head}</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ).encode()


def test_tags_in_a_title_do_not_cut_words() -> None:
    """Titles hold sub- and superscripts."""
    (record,) = read_articles(
        article("<ArticleTitle>H<sub>2</sub>O and <i>E. coli</i></ArticleTitle>")
    )
    assert record.title == "H2O and E. coli"
    assert record.url == "https://pubmed.ncbi.nlm.nih.gov/7/"


def test_results_and_conclusions_of_a_structured_abstract_are_the_summary() -> None:
    """What was found, not what was planned."""
    parts = {"BACKGROUND": "Old.", "METHODS": "How.", "RESULTS": "Less.", "CONCLUSIONS": "Good."}
    texts = "".join(f'<AbstractText Label="{k}">{v}</AbstractText>' for k, v in parts.items())
    (record,) = read_articles(article(f"<Abstract>{texts}</Abstract>"))
    assert record.summary == "Less. Good."


def test_an_unstructured_abstract_is_kept_whole() -> None:
    """Without labels nobody can tell."""
    (record,) = read_articles(article("<Abstract><AbstractText>All.</AbstractText></Abstract>"))
    assert record.summary == "All."


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<Year>2021</Year><Month>Feb</Month>", 2021),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", 1998),
        ("<MedlineDate>Spring</MedlineDate>", None),
    ],
)
def test_the_year_comes_from_any_form_of_date(date: str, year: int | None) -> None:
    """MedlineDate is free text."""
    body = f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
    assert read_articles(article(body))[0].year == year


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<PublicationTypeList><PublicationType>Retracted Publication</PublicationType>"
         "</PublicationTypeList>", ""),
        ("", '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"/>'
         "</CommentsCorrectionsList>"),
        ("<ArticleTitle>RETRACTED: a finding</ArticleTitle>", ""),
    ],
)  # fmt: skip
def test_a_retraction_is_seen_wherever_it_is_noted(body: str, head: str) -> None:
    """A retracted finding must not be quoted."""
    assert read_articles(article(body, head))[0].retracted


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE s [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><PubmedArticleSet>&b;'
        b"</PubmedArticleSet>",
        b'<!DOCTYPE s [<!ENTITY f SYSTEM "file:///x">]><PubmedArticleSet>&f;</PubmedArticleSet>',
        b"<html><body>Service maintenance</body></html>",
        b"<eFetchResult><ERROR>Empty id list</ERROR></eFetchResult>",
        b"<PubmedArticleSet><PubmedArticle>",
        b'<?xml version="1.0" encoding="utf-17"?><PubmedArticleSet/>',
        b"id: 1 Error occurred: The following PMID is not available: 1",
        b"",
    ],
)
def test_anything_else_is_a_value_error(hostile: bytes) -> None:
    """Fault 22: garbage and attacks give a typed error."""
    with pytest.raises(ValueError, match=r"XML|articles"):
        read_articles(hostile)


def test_an_empty_set_has_no_records() -> None:
    """So efetch answers an unknown id."""
    assert read_articles(b"<PubmedArticleSet></PubmedArticleSet>") == []


def test_every_recorded_article_is_read() -> None:
    """Real answers of 1947 to 2026: books, vernacular titles, missing authors and abstracts."""
    folder = recorded_data()
    if folder is None:
        pytest.skip("no recorded data: set PLUMBLINE_DATA or place it at ../shared/data")
    records = [record for text in _sets(folder / "pubmed") for record in read_articles(text)]
    assert len({record.id for record in records}) >= 400
    assert all(record.id.isdigit() and record.title for record in records)
    assert sum(record.year is None for record in records) < len(records) / 20
    assert len({record.id for record in records if record.retracted}) == 3
    assert any("GeneReviews" in record.detail for record in records)


def _sets(folder: Path) -> Iterator[bytes]:
    for path in (*(folder / "efetch").rglob("*.xml"), folder / "pair_ai_radiology/efetch.xml"):
        text = path.read_bytes()
        if b"<PubmedArticleSet" in text:
            yield text
    for path in (folder / "baseline").glob("*.xml.gz"):
        yield gzip.decompress(path.read_bytes())
