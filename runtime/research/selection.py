"""Which records an answer cites, and what it quotes of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runtime.research.evidence import EvidenceKind, Record, SourceName, SourceResult
from runtime.research.frame import Frame
from runtime.research.ranking import Sentence, best_sentences, held_concepts, relevance
from runtime.research.word import words

MOST_CITED = {SourceName.PUBMED: 6, SourceName.CTGOV: 5, SourceName.RAG: 3}
"""Records of one source that a reader can take in."""
_SENTENCES = {SourceName.PUBMED: 2, SourceName.CTGOV: 2, SourceName.RAG: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A record that the text cites."""

    record: Record
    """The record."""
    quote: str
    """What is quoted of it; empty where it has no text."""
    evidence: EvidenceKind
    """What it is worth."""
    score: float
    """How much of the question it speaks to."""


def choose(result: SourceResult, frame: Frame, seen: set[str]) -> list[Choice]:
    """Return what to cite of a result, best first; adds to the titles and sentences `seen` so far.

    Leaves out what was retracted, and what was cited already under another id.
    """
    usable = [record for record in result.records if not record.retracted]
    candidates = [_choice(record, result.evidence, frame) for record in _on_subject(usable, frame)]
    # Sorting is stable: among equals the source's own order stays.
    candidates.sort(key=lambda choice: -choice.score)
    return [*_new(candidates, seen)][: MOST_CITED[result.source]]


def _on_subject(records: list[Record], frame: Frame) -> list[Record]:
    """Drop records with none of several concepts, which a broadened query brings along.

    With one concept, or where no record has any, all stay: sources know synonyms, we do not.
    """
    held = [
        record for record in records if held_concepts(f"{record.title} {record.summary}", frame)
    ]
    return held if held and len(frame.concepts) > 1 else records


def _choice(record: Record, evidence: EvidenceKind, frame: Frame) -> Choice:
    best = best_sentences(record.summary, frame, _SENTENCES[record.source])
    top = max((sentence.score for sentence in best), default=0.0)
    return Choice(
        record=record,
        quote=_joined(best),
        evidence=evidence,
        score=top + relevance(record.title, frame.words),
    )


def _joined(found: list[Sentence]) -> str:
    """Put sentences together, with a mark where the text goes on between them."""
    text = ""
    for before, sentence in zip([None, *found], found, strict=False):
        gap = " … " if before and sentence.place > before.place + 1 else " "
        text += (gap if text else "") + sentence.text
    return text


def _new(choices: Iterable[Choice], seen: set[str]) -> Iterator[Choice]:
    for choice in choices:
        marks = {f"{choice.record.source} {choice.record.id}", " ".join(words(choice.record.title))}
        if choice.quote:
            marks.add(choice.quote.casefold())
        if not marks & seen:
            seen |= marks
            yield choice
