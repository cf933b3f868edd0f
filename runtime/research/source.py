"""A source as the graph sees it: behind the cache, never raising, and probed for health."""

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from runtime.budget import Deadline
from runtime.cache.cache import Cache, Shape, cache_key
from runtime.research.evidence import (
    EvidenceKind,
    SourceName,
    SourceResult,
    SourceStatus,
    dump_result,
    load_result,
)
from runtime.research.frame import Frame
from runtime.upstream.client import Upstream
from runtime.upstream.error import UpstreamError
from runtime.upstream.origin import ProbeRequest
from runtime.upstream.reachability import Reachability

PROBE_FRESH_SECONDS = 60.0
"""An answer to a search this young is as good as a probe, which would cost a turn of the rate."""

_CACHEABLE = (SourceStatus.OK, SourceStatus.EMPTY)


class Searcher(Protocol):
    """Anything that answers frames."""

    @property
    def name(self) -> SourceName:
        """Which of the sources this is."""

    async def search(self, frame: Frame, deadline: Deadline, /) -> SourceResult:
        """Return what the source has on a frame; failures are a result, too."""


class Source(Searcher, Protocol):
    """A source of the graph."""

    async def probe(self) -> Reachability:
        """Return whether the source can be asked now."""


class Prober(Protocol):
    """Anything whose reachability can be told."""

    async def probe(self) -> Reachability:
        """Return whether it can be asked now."""


class CachedSource:
    """A searcher behind the cache. Only complete results are kept."""

    def __init__(
        self, searcher: Searcher, prober: Prober, cache: Cache, keeping: "Keeping"
    ) -> None:
        """Put the parts together."""
        self._searcher = searcher
        self._prober = prober
        self._cache = cache
        self._keeping = keeping

    @property
    def name(self) -> SourceName:
        """Which of the sources this is."""
        return self._searcher.name

    async def search(self, frame: Frame, deadline: Deadline, /) -> SourceResult:
        """Return the cached result, or what the searcher finds."""
        started = time.monotonic()
        key = cache_key(
            f"source:{self.name}", self._keeping.scope, asdict(replace(frame, question=""))
        )
        found = await self._cache.fetch(
            key, self._keeping.shape, deadline, lambda: self._searcher.search(frame, deadline)
        )
        if not found.hit:
            return found.value
        return replace(
            found.value,
            cached=True,
            attempts=0,
            age_seconds=found.age_seconds,
            duration_ms=(time.monotonic() - started) * 1000,
        )

    async def probe(self) -> Reachability:
        """Return whether the source can be asked now."""
        return await self._prober.probe()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How a source's results are cached."""

    shape: Shape[SourceResult]
    """Form and lifetime."""
    scope: str
    """All that a result depends on besides the question: address, number of records, contents."""


class UpstreamProbe:
    """Tells whether an upstream can be asked, without spending its rate where that is known."""

    def __init__(self, upstream: Upstream, request: ProbeRequest, timeout_ms: float) -> None:
        """Ask with the smallest request there is."""
        self._upstream = upstream
        self._request = request
        self._timeout_ms = timeout_ms

    async def probe(self) -> Reachability:
        """Return whether it answers, or answered a moment ago."""
        started, reason = time.monotonic(), ""
        if not self._upstream.answered_within(PROBE_FRESH_SECONDS):
            exchange = self._upstream.exchange(Deadline.after_ms(self._timeout_ms))
            try:
                await exchange.get(self._request.path, self._request.fields)
            except UpstreamError as error:
                reason = error.reason
        return Reachability(
            name=self._upstream.name,
            reachable=not reason,
            reason=reason or self._upstream.limiter.warning,
            latency_ms=(time.monotonic() - started) * 1000,
            breaker=self._upstream.breaker.state,
        )


def result_shape(lifetime_seconds: float) -> Shape[SourceResult]:
    """Return how source results are cached: as JSON, checked when read, complete ones only."""
    return Shape(
        lifetime_seconds=lifetime_seconds,
        dump=lambda result: json.dumps(dump_result(result)),
        load=lambda text: load_result(json.loads(text)),
        keep=lambda result: result.status in _CACHEABLE,
    )


def weakest(kinds: list[EvidenceKind]) -> EvidenceKind | None:
    """Return the kind that an answer over all of these must be called; None for none."""
    order = (EvidenceKind.SAMPLE, EvidenceKind.RECORDED, EvidenceKind.LIVE)
    return next((kind for kind in order if kind in kinds), None)
