"""The words of an answer: sections of quotes, and what is missing from them."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from runtime.research.answer import Citation, Coverage
from runtime.research.evidence import EvidenceKind, SourceName, SourceStatus

EVIDENCE_NOTES = MappingProxyType(
    {
        EvidenceKind.SAMPLE: (
            "This answer rests on sample data: records written for this project to show how it "
            "works, not real publications or trials. Do not use it for any decision."
        ),
        EvidenceKind.RECORDED: (
            "This answer rests on recorded responses of the real services, which may be out of "
            "date."
        ),
        EvidenceKind.LIVE: "",
    }
)
_HEADINGS = MappingProxyType(
    {
        SourceName.PUBMED: "What publications say",
        SourceName.CTGOV: "Registered trials",
        SourceName.RAG: "Background",
    }
)
_NAMES = MappingProxyType(
    {
        SourceName.PUBMED: ("PubMed", "publications"),
        SourceName.CTGOV: ("ClinicalTrials.gov", "registered trials"),
        SourceName.RAG: ("The document index", "background documents"),
    }
)
_MOST_WARNINGS = 3
"""Warnings of one source that the text repeats; all are in the coverage."""


def answer_text(citations: Sequence[Citation], coverage: Sequence[Coverage], note: str) -> str:
    """Return the text in Markdown: overview, one section a source, and what is missing."""
    sections = [note, _overview(coverage)]
    for source, heading in _HEADINGS.items():
        cited = [_statement(citation) for citation in citations if citation.source is source]
        if cited:
            sections.append("\n\n".join([f"## {heading}", *cited]))
    gaps = [gap for entry in coverage for gap in _gaps(entry)]
    if gaps:
        sections.append("\n\n".join(["## What is missing", *gaps]))
    return "\n\n".join(section for section in sections if section)


def _overview(coverage: Sequence[Coverage]) -> str:
    counts = [_counted(entry) for entry in coverage if entry.cited]
    if counts:
        listed = " and ".join(filter(None, [", ".join(counts[:-1]), counts[-1]]))
        return f"Found on this question: {listed}. The statements below are quoted from them."
    if all(entry.status is SourceStatus.FAILED for entry in coverage):
        return (
            "No answer can be given: every source failed. This says nothing about what is known; "
            "ask again later."
        )
    if any(entry.status is SourceStatus.FAILED for entry in coverage):
        return "No answer can be given: the sources that could be searched have nothing on it."
    return "Nothing was found: every source was searched, and none has anything on this question."


def _counted(entry: Coverage) -> str:
    noun = "background passages" if entry.source is SourceName.RAG else _NAMES[entry.source][1]
    of = f" (of {entry.total} that match)" if entry.total > entry.cited else ""
    return f"{entry.cited} {noun.removesuffix('s') if entry.cited == 1 else noun}{of}"


def _statement(citation: Citation) -> str:
    mark = f"[{citation.number}]"
    if citation.source is SourceName.CTGOV:
        started = f", started {citation.year}" if citation.year else ""
        facts = f"{citation.detail}{started}".removeprefix(", ")
        what = f"{citation.id}, {citation.title.rstrip('.')} ({facts or 'no details'})"
    else:
        year = f", {citation.year}" if citation.year else ""
        what = f"{citation.title.rstrip('.')} ({citation.detail or citation.id}{year})"
    return f"{what}: “{citation.quote}” {mark}" if citation.quote else f"{what} {mark}"


def _gaps(entry: Coverage) -> Iterator[str]:
    name, things = _NAMES[entry.source]
    if entry.status is SourceStatus.FAILED:
        yield (
            f"{name} could not be searched ({entry.reason}). That no {things} are shown does not "
            "mean that there are none."
        )
    elif entry.status is SourceStatus.PARTIAL:
        yield f"{name} was searched only in part ({entry.reason}); some {things} are missing."
    elif entry.status is SourceStatus.EMPTY:
        yield f"{name} was searched and gave no {things}: {entry.reason}."
    if entry.retracted:
        yield f"{name}: {entry.retracted} retracted of {entry.returned} {things}, left out."
    if entry.warnings:
        yield f"{name}: {'; '.join(entry.warnings[:_MOST_WARNINGS])}."
