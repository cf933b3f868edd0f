"""Sources that answer at once with nothing, and a recorder that takes nothing down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from runtime.budget import Deadline
from runtime.cache.cache import Cache
from runtime.cache.memory import MemoryTier
from runtime.measure import NodeSample, RunSample
from runtime.research.evidence import EvidenceKind, SourceName, SourceResult, SourceStatus
from runtime.research.frame import Frame
from runtime.research.sources import Sources
from runtime.upstream.reachability import Reachability


@dataclass(frozen=True, slots=True)
class SilentSource:
    """A source without any work."""

    name: SourceName
    """Which it stands for."""

    async def search(self, frame: Frame, deadline: Deadline) -> SourceResult:
        """Return that nothing was found."""
        del frame, deadline
        return SourceResult(
            source=self.name,
            status=SourceStatus.EMPTY,
            reason="silent",
            records=(),
            total=0,
            query="",
            query_translation="",
            warnings=(),
            evidence=EvidenceKind.SAMPLE,
            age_seconds=0.0,
            duration_ms=0.0,
            attempts=0,
            cached=False,
        )

    async def probe(self) -> Reachability:
        """Return that it can be asked."""
        return Reachability(name=self.name, reachable=True, reason="", latency_ms=0.0, breaker=None)


class SilentRecorder:
    """Takes nothing down."""

    def node(self, sample: NodeSample) -> None:
        """Forget a node's call."""

    def run(self, sample: RunSample) -> None:
        """Forget a run."""

    @contextmanager
    def running(self, graph: str) -> Iterator[None]:
        """Forget that a run is in flight."""
        del graph
        yield


def silent_sources() -> Sources:
    """Return three sources without any work."""
    return Sources(
        pubmed=SilentSource(SourceName.PUBMED),
        ctgov=SilentSource(SourceName.CTGOV),
        rag=SilentSource(SourceName.RAG),
        evidence=EvidenceKind.SAMPLE,
        cache=Cache(MemoryTier(entries=1, size_bytes=1, lifetime_seconds=1.0), None),
    )
