"""The answer."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.research.answer import dump_answer, load_answer
from runtime.research.evidence import (
    EvidenceKind,
    Record,
    SourceName,
    SourceResult,
    SourceStatus,
)
from runtime.research.frame import parse_frame
from runtime.research.ranking import best_sentences, sentences
from runtime.research.synthesis import synthesize
from tests.runtime.research.parts import QUESTION, record, result

FRAME = parse_frame(QUESTION)
PUBMED, CTGOV, RAG = SourceName


def records(source: SourceName) -> st.SearchStrategy[tuple[Record, ...]]:
    """Return strategies of a source's records, with odd texts in all fields."""
    text = st.text(max_size=40) | st.sampled_from(["[3]", "Heart failure fell [12, 14].", "x. Y."])
    made = st.builds(
        lambda number, title, summary, detail, year, retracted: record(
            source, number, title=title, summary=summary, detail=detail, year=year,
            retracted=retracted,
        ),
        st.integers(0, 9), text, text, text, st.none() | st.integers(1900, 2026), st.booleans(),
    )  # fmt: skip
    return st.lists(made, max_size=9).map(tuple)


def results(source: SourceName) -> st.SearchStrategy[SourceResult]:
    """Return strategies of a source's results."""
    return st.builds(
        lambda found, status, kind, warnings: result(
            source, records=found, status=status, reason="why", evidence=kind, warnings=warnings
        ),
        records(source),
        st.sampled_from(SourceStatus),
        st.sampled_from(EvidenceKind),
        st.lists(st.text(max_size=20).map(lambda text: text.replace("[", "")), max_size=4).map(
            tuple
        ),
    )


@given(st.fixed_dictionaries({}, optional={source: results(source) for source in SourceName}))
def test_any_results_give_an_answer_whose_citations_resolve(found: Any) -> None:
    """Every number in the text stands for a citation, each is used, and none is retracted."""
    answer = synthesize(FRAME, found)
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    marks = {int(mark) for mark in re.findall(r" \[(\d+)\](?:\n|$)", answer.text)}
    assert marks >= set(numbers)
    assert answer.answered == bool(numbers)
    assert [entry.source for entry in answer.coverage] == list(SourceName)
    assert sum(entry.cited for entry in answer.coverage) == len(numbers)
    assert load_answer(dump_answer(answer)) == answer
    retracted = {
        (r.source, r.title) for each in found.values() for r in each.records if r.retracted
    }
    kept = {(r.source, r.title) for each in found.values() for r in each.records if not r.retracted}
    assert not {(c.source, c.title) for c in answer.citations} & (retracted - kept)
    broken = (SourceStatus.FAILED, SourceStatus.PARTIAL)
    failing = len(found) < 3 or any(each.status in broken for each in found.values())
    assert answer.partial == failing


def full() -> dict[SourceName, SourceResult]:
    """Return one good result of each source."""
    return {source: result(source) for source in SourceName}


def test_the_answer_is_grouped_by_what_kind_of_evidence_says_it() -> None:
    """Publications, trials and background are different things to a reader."""
    text = synthesize(FRAME, full()).text
    places = [text.index(part) for part in ("publications say", "Registered trials", "Background")]
    assert places == sorted(places)
    assert "“SGLT2 inhibitors reduced heart failure hospitalization in pubmed 1.” [1]" in text


def test_a_failed_source_is_not_a_source_without_results() -> None:
    """Design 10: the text tells them apart."""
    failed = result(PUBMED, status=SourceStatus.FAILED, reason="HTTP 503", records=())
    empty = result(CTGOV, status=SourceStatus.EMPTY, reason="nothing matches", records=())
    answer = synthesize(FRAME, full() | {PUBMED: failed, CTGOV: empty})
    assert "PubMed could not be searched (HTTP 503)" in answer.text
    assert "does not mean that there are none" in answer.text
    assert "ClinicalTrials.gov was searched and gave no registered trials" in answer.text
    assert answer.partial


def test_when_every_source_failed_there_is_no_answer() -> None:
    """And that says nothing about what is known."""
    answer = synthesize(FRAME, {})
    assert answer.text.startswith("No answer can be given: every source failed.")
    assert (answer.answered, answer.partial, answer.evidence) == (False, True, None)


def test_when_every_source_is_empty_nothing_was_found() -> None:
    """A complete answer, though a short one."""
    empty = {
        source: result(source, status=SourceStatus.EMPTY, reason="nothing matches", records=())
        for source in SourceName
    }
    answer = synthesize(FRAME, empty)
    assert answer.text.startswith("Nothing was found")
    assert not answer.partial


@pytest.mark.parametrize("kind", [EvidenceKind.SAMPLE, EvidenceKind.RECORDED])
def test_one_invented_or_old_record_marks_the_whole_answer(kind: EvidenceKind) -> None:
    """Sample data never passes for evidence."""
    answer = synthesize(FRAME, full() | {RAG: result(RAG, evidence=kind)})
    assert answer.evidence is kind
    assert answer.evidence_note
    assert answer.text.startswith(answer.evidence_note)
    assert [citation.evidence for citation in answer.citations].count(kind) == 1


def test_a_retracted_publication_is_left_out_and_counted() -> None:
    """Its finding does not hold."""
    records = (record(PUBMED, 1, retracted=True, title="Withdrawn"), record(PUBMED, 2))
    answer = synthesize(FRAME, full() | {PUBMED: result(PUBMED, records=records)})
    assert "Withdrawn" not in answer.text
    assert "PubMed: 1 retracted of 2 publications, left out." in answer.text
    assert answer.coverage[0].retracted == 1


def test_what_comes_twice_is_cited_once() -> None:
    """One record under two ids, or one sentence in two records."""
    first = record(PUBMED, 1)
    twin = replace(first, id="other", title=first.title.upper())
    answer = synthesize(FRAME, full() | {PUBMED: result(PUBMED, records=(first, twin, first))})
    assert answer.coverage[0].cited == 1


def test_what_speaks_to_the_question_comes_first() -> None:
    """Of many records the relevant ones are cited."""
    noise = tuple(
        record(
            PUBMED, number, title=f"Heart failure {number}", summary=f"Matter {number} is known."
        )
        for number in range(20)
    )
    answer = synthesize(FRAME, {PUBMED: result(PUBMED, records=(*noise, record(PUBMED, 99)))})
    assert answer.citations[0].id == "pubmed-99"


def test_sentences_end_where_sentences_end() -> None:
    """Abbreviations, decimals and reference marks do not."""
    text = "Smith et al. Found 2.5 vs. Three [4]. E. coli grew [1-3]. The HR was 0.8."
    assert sentences(text) == [
        "Smith et al. Found 2.5 vs. Three.",
        "E. coli grew.",
        "The HR was 0.8.",
    ]


def test_results_are_quoted_rather_than_aims() -> None:
    """A sentence with the finding beats one with the plan."""
    text = (
        "We aimed to study SGLT2 inhibitors in heart failure and type 2 diabetes. "
        "Patients were randomized at 20 sites in heart failure clinics. "
        "SGLT2 inhibitors reduced heart failure hospitalization (hazard ratio 0.7)."
    )
    (best,) = best_sentences(text, FRAME, 1)
    assert best.text.startswith("SGLT2 inhibitors reduced")
