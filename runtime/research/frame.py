"""A question -> the terms and queries that the sources are asked with.

Deterministic, and no language model: the question is cut at stop words, verbs and punctuation;
each piece gets a role (condition, intervention, comparison, outcome) from word endings (INN stems
of drugs, Greek endings of diseases), a small list of words, and where it stands ("in …", "versus
…", before or after the verb). A wrong role costs little: the queries ask for all concepts, in any
role, and outcomes only rank.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from runtime.research.error import QuestionError
from runtime.research.piece import Piece, pieces
from runtime.research.vocabulary import (
    CONDITION,
    INTERVENTION,
    OUTCOME_WORDS,
    TREATMENT_WORDS,
)
from runtime.research.word import plain, words

LONGEST_QUESTION = 2000
"""Most characters of a question; a longer one is a document, not a question."""
_MOST_IDS = 20
"""Ids of one question that are looked up."""

_NCT = re.compile(r"\bNCT\d{8}\b", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.IGNORECASE)
_QUOTED = re.compile(r'["“”]([^"“”]{2,200})["“”]')
_SINCE = re.compile(r"\b(?:since|after|from)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|before|up to)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b((?:19|20)\d\d)\s*(?:-|\u2013|to|and|until)\s*((?:19|20)\d\d)\b", re.IGNORECASE
)
_ASIDE = re.compile(
    "|".join(rule.pattern for rule in (_NCT, _PMID, _QUOTED, _BETWEEN, _SINCE, _UNTIL)),
    re.IGNORECASE,
)
"""What is read on its own and taken out of the question before its terms are."""


class Role(StrEnum):
    """What a term is in the question."""

    CONDITION = "condition"
    INTERVENTION = "intervention"
    COMPARISON = "comparison"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A question, taken apart."""

    question: str
    """The question as asked, white space collapsed."""
    conditions: tuple[str, ...]
    """What people have: `heart failure`."""
    interventions: tuple[str, ...]
    """What is done: `SGLT2 inhibitors`."""
    comparisons: tuple[str, ...]
    """What it is compared with."""
    outcomes: tuple[str, ...]
    """What is measured: `hospitalisation`."""
    phrases: tuple[str, ...]
    """What stood in quotes; searched for word by word."""
    since: int | None
    """First year that is asked for."""
    until: int | None
    """Last year that is asked for."""
    nct_ids: tuple[str, ...]
    """Trials that are named."""
    pmids: tuple[str, ...]
    """Publications that are named."""

    @property
    def concepts(self) -> tuple[str, ...]:
        """All terms that a record must be about; the outcomes where there is nothing else."""
        named = (*self.interventions, *self.comparisons, *self.conditions, *self.phrases)
        return tuple(dict.fromkeys(named)) or self.outcomes

    @property
    def words(self) -> frozenset[str]:
        """Every word of every term, lower case, for ranking."""
        return frozenset(word for term in (*self.concepts, *self.outcomes) for word in words(term))


def parse_frame(question: str) -> Frame:
    """Take a question apart; raises QuestionError for one with nothing to search for."""
    text = " ".join(question.split())
    if not text:
        raise QuestionError(
            "the question is empty; ask one, such as: does metformin prevent stroke?"
        )
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text)} characters; ask with at most {LONGEST_QUESTION}"
        )
    since, until = _years(text)
    roles = _roles(pieces(_ASIDE.sub(" , ", text)))
    frame = Frame(
        question=text,
        conditions=roles[Role.CONDITION],
        interventions=roles[Role.INTERVENTION],
        comparisons=roles[Role.COMPARISON],
        outcomes=roles[Role.OUTCOME],
        phrases=_unique(" ".join(plain(phrase)) for phrase in _QUOTED.findall(text)),
        since=since,
        until=until,
        nct_ids=_unique(number.upper() for number in _NCT.findall(text))[:_MOST_IDS],
        pmids=_unique(_PMID.findall(text))[:_MOST_IDS],
    )
    if not (frame.concepts or frame.nct_ids or frame.pmids):
        raise QuestionError(
            f"{text[:80]!r} names nothing to search for; name a condition, a treatment or a trial"
        )
    return frame


def dump_frame(frame: Frame) -> dict[str, Any]:
    """Return a frame as a JSON-ready mapping, for checkpoints."""
    mapping: dict[str, Any] = _FRAME.dump_python(frame, mode="json")
    return mapping


def load_frame(mapping: object) -> Frame:
    """Return the frame of a mapping; raises ValueError for one that is not a frame."""
    return _FRAME.validate_python(mapping)


_FRAME = TypeAdapter(Frame)


def _years(text: str) -> tuple[int | None, int | None]:
    between = _BETWEEN.search(text)
    if between:
        first, last = sorted((int(between[1]), int(between[2])))
        return first, last
    since, until = _SINCE.search(text), _UNTIL.search(text)
    return int(since[1]) if since else None, int(until[1]) if until else None


def _roles(found: list[Piece]) -> dict[Role, tuple[str, ...]]:
    terms: dict[Role, list[str]] = {role: [] for role in Role}
    for piece in found:
        body, outcome = _cut_outcome(piece.words)
        if body:
            terms[_role(piece, " ".join(body), first=piece is found[0])].append(" ".join(body))
        if outcome:
            terms[Role.OUTCOME].append(" ".join(outcome))
    return {role: _unique(found) for role, found in terms.items()}


def _role(piece: Piece, text: str, *, first: bool) -> Role:
    is_intervention = INTERVENTION.search(text) is not None
    if CONDITION.search(text) and not is_intervention:
        return Role.CONDITION
    if piece.compared:
        return Role.COMPARISON
    if is_intervention or (first and not piece.after_preposition):
        return Role.INTERVENTION
    return Role.CONDITION


def _cut_outcome(found: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split `heart failure hospitalisation` into what it is about and what is measured."""
    end = len(found)
    while end and found[end - 1].casefold() in OUTCOME_WORDS:
        end -= 1
    body, outcome = found[:end], found[end:]
    if len(body) > 1 and body[-1].casefold() in TREATMENT_WORDS and CONDITION.search(body[-2]):
        return body[:-1], outcome
    return body, outcome


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple({term.casefold(): term for term in reversed([*found]) if term}.values())[::-1]
