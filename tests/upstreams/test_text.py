"""Folding of words, and dates with missing parts."""

from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstreams.pubdate import earliest, latest, partial_date
from upstreams.text import listed, needle, spaced, words


@given(st.text(), st.text())
def test_a_text_contains_each_of_its_words(before: str, after: str) -> None:
    """Whatever surrounds it, a word is found again in the searchable text."""
    assert needle("metformin") in spaced(f"{before} metformin {after}")


def test_case_accents_and_plurals_are_folded() -> None:
    """A query finds other spellings of the same word."""
    assert words("ANTIBODIES Sørensen Ágnes inhibitors") == [
        "antibody",
        "sørensen",
        "agne",
        "inhibitor",
    ]
    assert words("diagnosis virus loss") == ["diagnosis", "virus", "loss"]


def test_no_phrase_crosses_two_entries_of_a_list() -> None:
    """The last word of one heading and the first of the next are no phrase."""
    text = listed(["Heart Failure", "Metformin"])
    assert needle("heart failure") in text
    assert needle("failure metformin") not in text


def test_a_star_truncates() -> None:
    """`metform*` finds metformin, `metform` does not."""
    assert needle("metform*") in spaced("metformin")
    assert needle("metform") not in spaced("metformin")


@pytest.mark.parametrize(
    ("xml", "spelled", "slashed"),
    [
        ("<D><Year>2016</Year><Month>Nov</Month><Day>3</Day></D>", "2016 Nov 3", "2016/11/03"),
        ("<D><Year>2016</Year><Month>7</Month></D>", "2016 Jul", "2016/07/01"),
        ("<D><Year>2016</Year><Season>Winter</Season></D>", "2016", "2016/01/01"),
        ("<D><MedlineDate>1998 Dec-1999 Jan</MedlineDate></D>", "1998 Dec", "1998/12/01"),
        ("<D/>", "", ""),
    ],
)
def test_a_partial_date_is_read_as_far_as_it_goes(xml: str, spelled: str, slashed: str) -> None:
    """Month names, numbers, seasons and free dates all occur in PubMed."""
    element: Element = fromstring(xml)  # noqa: S314  # our own text
    assert (partial_date(element).spelled, partial_date(element).slashed) == (spelled, slashed)


def test_a_typed_date_means_its_whole_span() -> None:
    """A year is all its days, a month all of its."""
    assert (earliest("2020"), latest("2020")) == ("2020/01/01", "2020/12/31")
    assert (earliest("2020/5"), latest("2020/5")) == ("2020/05/01", "2020/05/31")
    assert (earliest("2020/05/04"), latest("2020/05/04")) == ("2020/05/04", "2020/05/04")
