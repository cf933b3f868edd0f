"""What a run answers."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from runtime.research.evidence import EvidenceKind, SourceName, SourceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a number in the text stands for."""

    number: int
    """The number, from 1."""
    source: SourceName
    """Source of the record."""
    id: str
    """PMID, NCT id, or the document's name and passage."""
    title: str
    """Title as published."""
    url: str
    """Address a reader can open; empty for a local document."""
    year: int | None
    """Year of publication or start."""
    detail: str
    """Authors and journal, or phase and status."""
    quote: str
    """What the text quotes of it, verbatim."""
    evidence: EvidenceKind
    """Whether the record is live, recorded, or the project's own sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How one source was searched. A source that failed is never shown as one without results."""

    source: SourceName
    """The source."""
    status: SourceStatus
    """How the search ended."""
    reason: str
    """Why, for anything but ok."""
    total: int
    """How many match, as the source says."""
    returned: int
    """How many came."""
    cited: int
    """How many the text cites."""
    retracted: int
    """How many were left out because they were retracted."""
    query: str
    """Query as sent."""
    query_translation: str
    """Query as the source understood it."""
    warnings: tuple[str, ...]
    """What the source, or the way it was asked, left out."""
    evidence: EvidenceKind
    """What its records are."""
    age_seconds: float
    """Age of the result, in seconds; 0 for a fresh one."""
    attempts: int
    """Requests made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with its evidence."""

    question: str
    """The question."""
    text: str
    """The answer: Markdown, in sections, with citation numbers in square brackets."""
    citations: tuple[Citation, ...]
    """What the numbers stand for, in order."""
    coverage: tuple[Coverage, ...]
    """One entry for each source."""
    answered: bool
    """Whether there is any evidence in the text."""
    partial: bool
    """Whether something is missing because a source failed or the time ended."""
    evidence: EvidenceKind | None
    """The weakest kind of evidence cited; None where nothing is."""
    evidence_note: str
    """A sentence that says what the evidence is worth; empty for live evidence."""


_ADAPTER = TypeAdapter(Answer)


def dump_answer(answer: Answer) -> dict[str, Any]:
    """Return an answer as a JSON-ready mapping."""
    mapping: dict[str, Any] = _ADAPTER.dump_python(answer, mode="json")
    return mapping


def load_answer(mapping: object) -> Answer:
    """Return the answer of a mapping; raises pydantic's ValidationError, which is a ValueError."""
    return _ADAPTER.validate_python(mapping)
