"""Three results -> one answer. Pure, and extractive: every statement is quoted from a record.

No language model takes part, so nothing is claimed that no source says; whether the quoted
statements add up to a yes is the reader's to judge.
"""

from collections.abc import Mapping, Sequence

from runtime.research.answer import Answer, Citation, Coverage
from runtime.research.evidence import (
    EvidenceKind,
    SourceName,
    SourceResult,
    SourceStatus,
)
from runtime.research.finding import failed
from runtime.research.frame import Frame
from runtime.research.prose import EVIDENCE_NOTES, answer_text
from runtime.research.selection import Choice, choose
from runtime.research.source import weakest

_BROKEN = (SourceStatus.FAILED, SourceStatus.PARTIAL)


def synthesize(frame: Frame, results: Mapping[SourceName, SourceResult]) -> Answer:
    """Return the answer that the results allow; a source without a result counts as failed."""
    complete = [
        results.get(source) or failed(source, "gave no result", EvidenceKind.LIVE)
        for source in SourceName
    ]
    seen: set[str] = set()
    chosen = {result.source: choose(result, frame, seen) for result in complete}
    citations = _citations(chosen)
    evidence = weakest([citation.evidence for citation in citations])
    note = EVIDENCE_NOTES[evidence] if evidence is not None else ""
    coverage = tuple(_coverage(result, chosen[result.source]) for result in complete)
    return Answer(
        question=frame.question,
        text=answer_text(citations, coverage, note),
        citations=citations,
        coverage=coverage,
        answered=bool(citations),
        partial=any(result.status in _BROKEN for result in complete),
        evidence=evidence,
        evidence_note=note,
    )


def _citations(chosen: Mapping[SourceName, Sequence[Choice]]) -> tuple[Citation, ...]:
    every = [choice for choices in chosen.values() for choice in choices]
    return tuple(
        Citation(
            number=number,
            source=choice.record.source,
            id=choice.record.id,
            title=choice.record.title,
            # A sample record has no page at the real service: a link would lead nowhere.
            url="" if choice.evidence is EvidenceKind.SAMPLE else choice.record.url,
            year=choice.record.year,
            detail=choice.record.detail,
            quote=choice.quote,
            evidence=choice.evidence,
        )
        for number, choice in enumerate(every, start=1)
    )


def _coverage(result: SourceResult, chosen: Sequence[Choice]) -> Coverage:
    return Coverage(
        source=result.source,
        status=result.status,
        reason=result.reason,
        total=result.total,
        returned=len(result.records),
        cited=len(chosen),
        retracted=sum(record.retracted for record in result.records),
        query=result.query,
        query_translation=result.query_translation,
        warnings=result.warnings,
        evidence=result.evidence,
        age_seconds=result.age_seconds,
        attempts=result.attempts,
    )
