"""What each source is asked."""

import re
import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from runtime.research.error import QuestionError
from runtime.research.frame import parse_frame
from runtime.research.query import ctgov_queries, documents_query, pubmed_queries
from tests.runtime.research.parts import QUESTION

SYNTAX = st.sampled_from(
    [
        '"',
        "(",
        ")",
        "[ti]",
        "*",
        ":",
        "^",
        "-",
        "NEAR(",
        " AND ",
        " OR ",
        " NOT ",
        "AREA[Phase]",
        "'",
        "{",
    ]
)
TYPED = st.lists(st.text(max_size=12) | SYNTAX, max_size=12).map("".join)


def test_pubmed_is_asked_for_all_concepts_then_more_broadly() -> None:
    """The outcome only ranks: searched for, it would hide what says admission."""
    narrow, broad = pubmed_queries(parse_frame(QUESTION))
    assert narrow == "(SGLT2 inhibitors) AND (heart failure) AND (type 2 diabetes)"
    assert broad == "(SGLT2 inhibitors) AND ((heart failure) OR (type 2 diabetes))"


def test_british_spelling_is_asked_with_the_american_beside_it() -> None:
    """Indexes spell American."""
    assert pubmed_queries(parse_frame("leukaemia")) == ("(leukaemia OR leukemia)",)


def test_years_limit_both_services() -> None:
    """Each in its own syntax."""
    frame = parse_frame("asthma since 2015")
    assert pubmed_queries(frame) == ("(asthma) AND 2015:3000[pdat]",)
    assert ctgov_queries(frame)[0]["filter.advanced"] == "AREA[StartDate]RANGE[2015-01-01,MAX]"


def test_ids_are_looked_up() -> None:
    """A named record is what is wanted, not what else mentions it."""
    frame = parse_frame("PMID 7 and NCT01234567")
    assert pubmed_queries(frame) == ("7[uid]",)
    assert ctgov_queries(frame) == ({"filter.ids": "NCT01234567"},)
    assert pubmed_queries(parse_frame("NCT01234567")) == ("NCT01234567",)
    assert ctgov_queries(parse_frame("PMID 7")) == ()


@given(TYPED)
def test_no_question_leaks_syntax_into_a_full_text_query(typed: str) -> None:
    """FTS5 takes every query that is built, whatever was typed."""
    try:
        query = documents_query(parse_frame(typed))
    except QuestionError:
        return
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize = 'porter unicode61')")
    if query:
        database.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()
    database.close()


@given(TYPED)
def test_no_question_leaks_syntax_into_the_services_queries(typed: str) -> None:
    """Brackets are balanced, and operators are only those that are put there."""
    try:
        frame = parse_frame(typed)
    except QuestionError:
        return
    parameters = [text for query in ctgov_queries(frame) for text in query.values()]
    for query in (*pubmed_queries(frame), *parameters):
        assert query.count("(") == query.count(")")
        assert query.count('"') % 2 == 0
        bare = re.sub(r"\[(?:pdat|uid|StartDate)\]|RANGE\[[^\]]*\]", "", query)
        assert not re.search(r"[\[\]{}*^]", bare)
