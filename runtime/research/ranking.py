"""Which sentences of a text answer a question: those with its words, and with a finding."""

import re
from dataclasses import dataclass

from runtime.research.frame import Frame
from runtime.research.word import words

_END = re.compile(r"(?<=[.!?])[”\"')\]]?\s+(?=[A-Z0-9“\"(])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|al|Dr|Fig|cf|approx|ca|No|St|resp|incl)|\b[A-Z])\.$"
)
_FINDING = re.compile(
    r"\b(?:reduc|increas|improv|lower|higher|decreas|associat|prevent|significan|superior|inferior"
    r"|effective|compared|hazard|odds|risk ratio|no difference|did not|safe|conclu|suggest|show"
    r"|found|efficacy|benefit|versus)",
    re.IGNORECASE,
)
"""What a sentence with a result in it says."""
_MEASURED = re.compile(
    r"\b(?:primary (?:outcome|end ?point)|hazard ratio|odds ratio|risk ratio|relative risk"
    r"|95 ?% ?CI)|\bHR\b|\bOR\b|\bRR\b"
)
"""What a sentence with the main result, or the size of an effect, says."""
_AIM = re.compile(
    r"\b(?:aims? (?:to|of)|aimed|objective|purpose|we (?:sought|will|plan)|were (?:randomi[sz]ed"
    r"|assigned|searched|included|enrolled)|searched|inclusion criteria|protocol|copyright)\b",
    re.IGNORECASE,
)
"""What a sentence about the method says."""
_CITED = re.compile(r"\s*\[\d+(?:\s*[-\u2013,]\s*\d+)*\]")
"""A text's own reference marks: they would read as ours."""
_SENTENCE_ENDS = (".", "!", "?", '"', ")", "\u201d")
"""What a heading that stands among the sentences does not end with."""
_SHORTEST, _LONGEST = 30, 450
"""Characters of a sentence that can stand alone."""
_FINDING_BONUS, _MEASURED_BONUS, _LATE_BONUS = 0.2, 0.25, 0.1
_AIM_COST, _LENGTH_COST, _HEADING_COST = 0.3, 0.4, 0.4
"""Weights beside the share of the question's words, which is at most 1; set by reading answers."""


_CONCEPT_SHARE = 0.75
"""Share of a concept's words that make it: `EGFR mutations in lung cancer` has three of four of
`EGFR mutated lung cancer`, and shorter concepts need every word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a text, with its worth."""

    text: str
    """The sentence, verbatim but for reference marks."""
    place: int
    """Which one of its text it is, from 0."""
    score: float
    """Share of the question's words in it, plus and minus what it reads like."""


def sentences(text: str) -> list[str]:
    """Cut a text into sentences; abbreviations and initials do not end one."""
    cleaned = _CITED.sub("", " ".join(text.split()))
    found: list[str] = []
    held = ""
    for part in _END.split(cleaned):
        held = f"{held} {part}".strip()
        if not _ABBREVIATION.search(held):
            found.append(held)
            held = ""
    return [*found, held] if held else found


def best_sentences(text: str, frame: Frame, most: int) -> list[Sentence]:
    """Return the sentences that answer best, in the order of the text; none for an empty text."""
    found, wanted = sentences(text), frame.words
    ranked = sorted(
        (_scored(each, place, len(found), wanted) for place, each in enumerate(found)),
        key=lambda sentence: (-sentence.score, sentence.place),
    )
    worthy = [sentence for sentence in ranked[:most] if sentence.score > 0] or ranked[:1]
    return sorted(worthy, key=lambda sentence: sentence.place)


def relevance(text: str, wanted: frozenset[str]) -> float:
    """Return the share of the question's words that a text has, 0 to 1."""
    return len(wanted.intersection(words(text))) / len(wanted) if wanted else 0.0


def held_concepts(text: str, frame: Frame) -> int:
    """Return how many concepts of the question a text has most of the words of."""
    found = {*words(text)}
    concepts = [{*words(concept)} for concept in frame.concepts]
    return sum(len(each & found) >= len(each) * _CONCEPT_SHARE for each in concepts if each)


def _scored(text: str, place: int, of: int, wanted: frozenset[str]) -> Sentence:
    score = relevance(text, wanted)
    score += _FINDING_BONUS if _FINDING.search(text) else 0
    score += _MEASURED_BONUS if _MEASURED.search(text) else 0
    score -= _AIM_COST if _AIM.search(text) else 0
    score += _LATE_BONUS * place / of
    score -= 0 if text.endswith(_SENTENCE_ENDS) else _HEADING_COST
    score -= 0 if _SHORTEST <= len(text) <= _LONGEST else _LENGTH_COST
    return Sentence(text=text, place=place, score=score)
