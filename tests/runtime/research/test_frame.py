"""A question taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.research.error import QuestionError
from runtime.research.frame import LONGEST_QUESTION, dump_frame, load_frame, parse_frame
from tests.runtime.research.parts import QUESTION


def test_a_clinical_question_is_read_into_its_parts() -> None:
    """ORC-01: condition, intervention and outcome of the question that the design asks."""
    frame = parse_frame(QUESTION)
    assert frame.interventions == ("SGLT2 inhibitors",)
    assert frame.conditions == ("heart failure", "type 2 diabetes")
    assert frame.outcomes == ("hospitalisation",)
    assert "hospitalization" in frame.words


@pytest.mark.parametrize(
    ("question", "interventions", "comparisons", "conditions"),
    [
        (
            "aspirin versus warfarin in atrial fibrillation",
            "aspirin",
            "warfarin",
            "atrial fibrillation",
        ),
        ("Is hepatitis A vaccine safe in pregnancy?", "hepatitis A vaccine", "", "pregnancy"),
        ("What is the best treatment for lung cancer?", "", "", "lung cancer"),
        ("What causes long QT syndrome?", "", "", "long QT syndrome"),
        ("acute leukaemia treatment", "", "", "acute leukaemia"),
        ("metformin", "metformin", "", ""),
    ],
)
def test_roles_follow_endings_and_places(
    question: str, interventions: str, comparisons: str, conditions: str
) -> None:
    """The documented heuristic, by example."""
    frame = parse_frame(question)
    found = (frame.interventions, frame.comparisons, frame.conditions)
    expected = (interventions, comparisons, conditions)
    assert found == tuple((term,) if term else () for term in expected)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("statins since 2015", (2015, None)),
        ("statins before 2010", (None, 2010)),
        ("statins 2018-2012", (2012, 2018)),
        ("statins between 2012 and 2018", (2012, 2018)),
        ("statins in 1000 patients", (None, None)),
    ],
)
def test_years_are_read(question: str, years: tuple[int | None, int | None]) -> None:
    """A question can name a time."""
    frame = parse_frame(question)
    assert (frame.since, frame.until) == years
    assert frame.concepts == ("statins",)


def test_ids_and_quoted_phrases_are_taken_out_of_the_terms() -> None:
    """Named trials and publications are looked up, quoted words are kept together."""
    frame = parse_frame('What do nct01234567, NCT01234567 and PMID: 42 say on "gene [therapy"?')
    assert frame.nct_ids == ("NCT01234567",)
    assert frame.pmids == ("42",)
    assert frame.phrases == ("gene therapy",)
    assert frame.conditions == frame.interventions == ()


@pytest.mark.parametrize(
    "question", ["", "   \n", "?", "what is the", "x" * (LONGEST_QUESTION + 1)]
)
def test_a_question_with_nothing_to_search_for_is_refused(question: str) -> None:
    """What bad input gets: an error that says what to do."""
    with pytest.raises(QuestionError, match=r"ask|name"):
        parse_frame(question)


@given(st.text(max_size=300))
def test_any_text_gives_a_frame_or_a_question_error(question: str) -> None:
    """Whatever is typed: no other error, the same frame twice, and it survives a checkpoint."""
    try:
        frame = parse_frame(question)
    except QuestionError:
        return
    assert frame == parse_frame(question)
    assert load_frame(dump_frame(frame)) == frame
    assert frame.concepts or frame.nct_ids or frame.pmids
