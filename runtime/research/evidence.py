"""What a source answers, and what an answer rests on. "Failed" is never shown as "no results"."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError


class SourceName(StrEnum):
    """The three sources."""

    PUBMED = "pubmed"
    CTGOV = "ctgov"
    RAG = "rag"


class SourceStatus(StrEnum):
    """How a search ended."""

    OK = "ok"
    EMPTY = "empty"
    PARTIAL = "partial"
    FAILED = "failed"


class EvidenceKind(StrEnum):
    """Where the records come from."""

    LIVE = "live"
    RECORDED = "recorded"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One article, study or document passage."""

    source: SourceName
    """Source that gave it."""
    id: str
    """PMID, NCT id, or the document's name and passage."""
    title: str
    """Title as published."""
    url: str
    """Address a reader can open; empty for a local document."""
    year: int | None
    """Year of publication or start."""
    summary: str
    """The passage that an answer may quote: conclusions, brief summary, or matching text."""
    detail: str
    """Journal and authors, or phase and status: one line for a citation."""
    retracted: bool
    """Whether the publication was retracted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """What one source answered to one question."""

    source: SourceName
    """Source asked."""
    status: SourceStatus
    """How it ended."""
    reason: str
    """Why, for anything but ok; empty otherwise."""
    records: tuple[Record, ...]
    """What was found, best first."""
    total: int
    """How many the source says match, of which `records` are the first."""
    query: str
    """Query as sent."""
    query_translation: str
    """Query as the source understood it; empty where it does not say."""
    warnings: tuple[str, ...]
    """Phrases that the source dropped, and other warnings of its own."""
    evidence: EvidenceKind
    """Live service, recorded responses, or the project's sample set."""
    age_seconds: float
    """Age of a cached result, in seconds; 0 for a fresh one."""
    duration_ms: float
    """Time that the search took, in ms."""
    attempts: int
    """Requests made, retries included; 0 when the cache answered."""
    cached: bool
    """Whether the cache answered."""


_RESULT = TypeAdapter(SourceResult)


def dump_result(result: SourceResult) -> dict[str, Any]:
    """Return a result as a JSON-ready mapping, for checkpoints and the cache."""
    mapping: dict[str, Any] = _RESULT.dump_python(result, mode="json")
    return mapping


def load_result(mapping: object) -> SourceResult:
    """Return the result of a mapping; raises ValueError for one that is not a result."""
    try:
        return _RESULT.validate_python(mapping)
    except ValidationError as error:
        raise ValueError(f"not a source result: {error.error_count()} fields are wrong") from None
