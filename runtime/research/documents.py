"""Background documents: the third source, searched in this process."""

import asyncio
import importlib.util
import math
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.budget import Deadline
from runtime.research.evidence import EvidenceKind, Record, SourceName, SourceResult
from runtime.research.finding import Finding, finished
from runtime.research.frame import Frame
from runtime.research.index import Hit, Index
from runtime.research.query import documents_query
from runtime.research.ranking import held_concepts
from runtime.upstream.error import UpstreamContentError, UpstreamTimeoutError
from runtime.upstream.limiter import Limiter
from runtime.upstream.reachability import Reachability

_CANDIDATES_PER_RESULT = 5
"""Passages that are looked at for each one returned: many share a word and not the subject."""
_PER_DOCUMENT = 2
"""Passages of one document, so that a long one does not crowd out the others."""
_SAMPLE_PACKAGE = "upstreams"
_SAMPLE_FOLDER = "sample/documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The documents that are there, or why there are none."""

    index: Index | None
    """The index; None where there is nothing to search."""
    evidence: EvidenceKind
    """SAMPLE for the project's own examples, LIVE for a folder of the operator's."""
    reason: str
    """Why the index is None; empty otherwise."""
    broken: bool
    """Whether that is a fault: a folder was configured and cannot be read."""


@dataclass(slots=True)
class _Lookup:
    attempts: int
    evidence: EvidenceKind


class Documents:
    """Searches the documents."""

    name = SourceName.RAG
    """Which of the sources this is."""

    def __init__(self, library: Library, limiter: Limiter, results: int) -> None:
        """Search this library at the limiter's pace, for at most so many passages."""
        self.library = library
        self._limiter = limiter
        self._results = results

    async def search(self, frame: Frame, deadline: Deadline) -> SourceResult:
        """Return the passages on a frame; failures are a result, too."""
        finding, lookup = Finding(), _Lookup(0, self.library.evidence)
        search = self._fill(finding, frame, deadline, lookup)
        return await finished(self.name, finding, search, lookup)

    async def probe(self) -> Reachability:
        """Return whether there is an index to search."""
        started = time.monotonic()
        if self.library.index is not None:
            await asyncio.to_thread(self.library.index.search, '"probe"', 1)
        return Reachability(
            name=self.name,
            reachable=not self.library.broken,
            reason=self.library.reason,
            latency_ms=(time.monotonic() - started) * 1000,
            breaker=None,
        )

    async def _fill(
        self, finding: Finding, frame: Frame, deadline: Deadline, lookup: _Lookup
    ) -> None:
        index = self.library.index
        if self.library.broken:
            raise UpstreamContentError(self.name, self.library.reason)
        finding.query = documents_query(frame)
        if index is None or self.library.reason or not finding.query:
            finding.nothing = self.library.reason or "the question names nothing to search for"
            return
        await self._limiter.acquire(deadline)
        lookup.attempts += 1
        most = self._results * _CANDIDATES_PER_RESULT
        try:
            async with asyncio.timeout(deadline.remaining_seconds()):
                hits = await asyncio.to_thread(index.search, finding.query, most)
        except TimeoutError:
            raise UpstreamTimeoutError(
                self.name, "the time ended while searching", blames_upstream=False
            ) from None
        except sqlite3.Error as error:
            raise UpstreamContentError(self.name, f"the index failed: {error}") from error
        relevant = _relevant(hits, frame)
        finding.total = len(relevant)
        finding.records += [_record(hit) for hit in relevant[: self._results]]


@asynccontextmanager
async def open_library(path: str | None) -> AsyncIterator[Library]:
    """Index a folder, or the sample documents where none is named and they are installed."""
    folder = Path(path) if path is not None else _sample_folder()
    library = await asyncio.to_thread(_library, folder, is_sample=path is None)
    try:
        yield library
    finally:
        if library.index is not None:
            library.index.close()


def _library(folder: Path | None, *, is_sample: bool) -> Library:
    index, reason = None, "documents_path names no folder, and no sample documents are installed"
    evidence = EvidenceKind.SAMPLE if is_sample else EvidenceKind.LIVE
    if folder is not None:
        try:
            index = Index(folder) if folder.is_dir() else None
            reason = "" if index else f"documents_path {folder} is no folder"
        except OSError as error:
            reason = f"documents_path {folder} cannot be read: {error.strerror}"
    if index is not None and not index.documents:
        reason = f"{folder} holds no .md or .txt document"
    broken = index is None and not is_sample
    return Library(index=index, evidence=evidence, reason=reason, broken=broken)


def _sample_folder() -> Path | None:
    found = importlib.util.find_spec(_SAMPLE_PACKAGE)
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places))) / _SAMPLE_FOLDER if places else None


def _relevant(hits: Iterable[Hit], frame: Frame) -> list[Hit]:
    """Keep passages that hold enough concepts, those with more concepts first, few per document."""
    counted = [(held_concepts(_text(hit), frame), hit) for hit in hits]
    most = max((held for held, _ in counted), default=0)
    # Half of the concepts, or the most that any passage has: one of three is another subject.
    needed = max(1, min(most, math.ceil(len(frame.concepts) / 2)))
    best = sorted((pair for pair in counted if pair[0] >= needed), key=lambda pair: -pair[0])
    seen: Counter[str] = Counter()
    kept: list[Hit] = []
    for _, hit in best:
        document = hit.id.rpartition("#")[0]
        seen[document] += 1
        if seen[document] <= _PER_DOCUMENT:
            kept.append(hit)
    return kept


def _text(hit: Hit) -> str:
    return f"{hit.passage.title} {hit.passage.heading} {hit.passage.text}"


def _record(hit: Hit) -> Record:
    passage = hit.passage
    return Record(
        source=SourceName.RAG,
        id=hit.id,
        title=f"{passage.title}: {passage.heading}" if passage.heading else passage.title,
        url=passage.url,
        year=None,
        summary=passage.text,
        detail=f"document {hit.id.rpartition('#')[0]}",
        retracted=False,
    )
