"""What a search has gathered so far: kept when it fails halfway, and then told as partial."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from runtime.research.evidence import EvidenceKind, Record, SourceName, SourceResult, SourceStatus
from runtime.upstream.error import UpstreamError


@dataclass(slots=True)
class Finding:
    """Filled by a source while it searches."""

    records: list[Record] = field(default_factory=list)
    """What was found, best first."""
    total: int = 0
    """How many match, as the source says."""
    query: str = ""
    """Query as sent."""
    translation: str = ""
    """Query as understood."""
    warnings: list[str] = field(default_factory=list)
    """What the source, or the way it was asked, left out."""
    nothing: str = "nothing matches the query"
    """Why there are no records, where there are none."""


class Tally(Protocol):
    """What was asked on the way."""

    attempts: int
    """Requests made."""
    evidence: EvidenceKind
    """What kind of records came."""


async def finished(
    source: SourceName, finding: Finding, search: Awaitable[None], tally: Tally
) -> SourceResult:
    """Run a search that fills the finding; return how it ended, whatever the upstream did."""
    started = time.monotonic()
    reason = ""
    try:
        await search
    except UpstreamError as error:
        reason = error.reason
    return SourceResult(
        source=source,
        status=status_of(finding, reason),
        reason=reason or ("" if finding.records else finding.nothing),
        records=tuple(finding.records),
        total=max(finding.total, len(finding.records)),
        query=finding.query,
        query_translation=finding.translation,
        warnings=tuple(finding.warnings),
        evidence=tally.evidence,
        age_seconds=0.0,
        duration_ms=(time.monotonic() - started) * 1000,
        attempts=tally.attempts,
        cached=False,
    )


def status_of(finding: Finding, reason: str) -> SourceStatus:
    """Return how a search ended: a failure with records is partial, without any it is failed."""
    if reason:
        return SourceStatus.PARTIAL if finding.records else SourceStatus.FAILED
    return SourceStatus.OK if finding.records else SourceStatus.EMPTY


def failed(source: SourceName, reason: str, evidence: EvidenceKind) -> SourceResult:
    """Return the result of a search that gave nothing at all."""
    return SourceResult(
        source=source,
        status=SourceStatus.FAILED,
        reason=reason,
        records=(),
        total=0,
        query="",
        query_translation="",
        warnings=(),
        evidence=evidence,
        age_seconds=0.0,
        duration_ms=0.0,
        attempts=0,
        cached=False,
    )
