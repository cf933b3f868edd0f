"""The three sources, opened as the configuration says and closed with their context."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from profiles.service import ServiceCache, ServiceConfig
from runtime.cache.cache import Cache
from runtime.cache.memory import MemoryTier
from runtime.research.ctgov import CtGov
from runtime.research.documents import Documents, open_library
from runtime.research.evidence import EvidenceKind
from runtime.research.pubmed import Caller, PubMed
from runtime.research.source import CachedSource, Keeping, Source, UpstreamProbe, result_shape
from runtime.upstream.client import Limits, Origin, Upstream
from runtime.upstream.http import http_client
from runtime.upstream.limiter import Limiter, PodLimiter
from runtime.upstream.origin import CTGOV_PROBE, PUBMED_PROBE
from runtime.upstream.search import EarlySearch, found_now

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = logging.getLogger(__name__)

_WARM_UP_SECONDS = 1.0
"""Time for the first connection to Redis, before any request waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a run asks."""

    pubmed: Source
    """Publications."""
    ctgov: Source
    """Registered trials."""
    rag: Source
    """Background documents."""
    evidence: EvidenceKind
    """What the records of PubMed and ClinicalTrials.gov are."""
    cache: Cache
    """Cache of results; the service may keep its answers there as well."""

    @property
    def all(self) -> tuple[Source, ...]:
        """Each source, in the order of an answer."""
        return (self.pubmed, self.ctgov, self.rag)


@asynccontextmanager
async def open_sources(
    config: ServiceConfig,
    *,
    ncbi_key: str | None,
    redis_url: str | None,
    search: EarlySearch | None = None,
) -> AsyncIterator[Sources]:
    """Open the sources; nothing raises because a source, Redis or a folder is missing.

    Without `redis_url` the cache and the rate limits are this process's own. `search` has begun
    already to look for the services.
    """
    async with AsyncExitStack() as stack:
        if redis_url is None and (config.cache.mode, config.upstreams.limiter) != ("none", "pod"):
            _log.warning("no Redis address is set: cache and rate limits are this process's own")
        size = config.cache.pool_size
        redis = await stack.enter_async_context(_redis(redis_url, size)) if redis_url else None
        found = await stack.enter_async_context(search.found() if search else found_now(config))
        client = await stack.enter_async_context(http_client(config, found.trusted))
        library = await stack.enter_async_context(open_library(config.upstreams.documents_path))
        parts = _Parts(config=config, client=client, redis=redis, cache=_cache(config.cache, redis))
        await parts.cache.probe(_WARM_UP_SECONDS)
        yield Sources(
            pubmed=parts.pubmed(found.origins.pubmed, ncbi_key),
            ctgov=parts.ctgov(found.origins.ctgov),
            rag=parts.rag(
                Documents(
                    library,
                    PodLimiter("rag", config.upstreams.rag_requests_per_second),
                    config.upstreams.results_per_source,
                )
            ),
            evidence=found.origins.evidence,
            cache=parts.cache,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    config: ServiceConfig
    client: httpx.AsyncClient
    redis: "Redis | None"
    cache: Cache

    def pubmed(self, origin: Origin, ncbi_key: str | None) -> Source:
        upstreams = self.config.upstreams
        upstream = self._upstream("pubmed", origin, upstreams.pubmed_requests_per_second)
        caller = Caller(tool=upstreams.tool, email=upstreams.contact_email, api_key=ncbi_key)
        searcher = PubMed(upstream, caller, upstreams.results_per_source)
        probe = UpstreamProbe(upstream, PUBMED_PROBE, upstreams.probe_timeout_ms)
        return CachedSource(searcher, probe, self.cache, self._keeping(origin.base_url))

    def ctgov(self, origin: Origin) -> Source:
        upstreams = self.config.upstreams
        upstream = self._upstream("ctgov", origin, upstreams.ctgov_requests_per_second)
        searcher = CtGov(upstream, upstreams.results_per_source)
        probe = UpstreamProbe(upstream, CTGOV_PROBE, upstreams.probe_timeout_ms)
        return CachedSource(searcher, probe, self.cache, self._keeping(origin.base_url))

    def rag(self, documents: Documents) -> Source:
        index = documents.library.index
        scope = index.content_hash if index is not None else documents.library.reason
        return CachedSource(documents, documents, self.cache, self._keeping(scope))

    def _upstream(self, name: str, origin: Origin, requests_per_second: float) -> Upstream:
        limits = Limits(
            max_retries=self.config.graph.max_retries,
            attempt_seconds=self.config.upstreams.attempt_timeout_ms / 1000,
            fair_seconds=self.config.upstreams.call_p99_ms / 1000,
            max_response_bytes=self.config.upstreams.max_response_kib * 1024,
        )
        limiter = self._limiter(name, requests_per_second)
        return Upstream(name, origin, self.client, limiter, limits)

    def _limiter(self, name: str, requests_per_second: float) -> Limiter:
        if self.config.upstreams.limiter == "fleet" and self.redis is not None:
            from runtime.upstream.fleet import FleetLimiter  # noqa: PLC0415  # needs Redis

            return FleetLimiter(name, requests_per_second, self.redis)
        return PodLimiter(name, requests_per_second)

    def _keeping(self, scope: str) -> Keeping:
        results, cache = self.config.upstreams.results_per_source, self.config.cache
        # An environment variable may lengthen the lifetime, but not what an answer promises.
        seconds = min(cache.lifetimes.source_seconds, cache.evidence_age_max_seconds)
        return Keeping(shape=result_shape(seconds), scope=f"{scope} {results}")


@asynccontextmanager
async def _redis(url: str, connections: int) -> "AsyncIterator[Redis]":
    from redis.asyncio import Redis  # noqa: PLC0415  # a service without one starts faster

    from runtime.cache.pool import redis_pool  # noqa: PLC0415  # as above

    client = Redis.from_pool(redis_pool(url, connections))
    try:
        yield client
    finally:
        await client.aclose()


def _cache(config: ServiceCache, redis: "Redis | None") -> Cache:
    memory = MemoryTier(
        entries=config.memory_tier_entries,
        size_bytes=config.memory_tier_mib * 1024 * 1024,
        lifetime_seconds=config.lifetimes.memory_seconds,
    )
    return Cache(memory, redis if config.mode != "none" else None)
