"""The cache: tiers, lifetimes, and the Redis behind them."""

from typing import Literal

from profiles.section import (
    Count,
    Gibibytes,
    Image,
    Mebibytes,
    Name,
    Seconds,
    require,
    section,
)
from profiles.workload import Resources

CacheMode = Literal["none", "statefulset", "external"]
"""Where shared values live."""


@section
class Lifetimes:
    """How long a cached value is good for (CON-07)."""

    source_seconds: Seconds
    """A source's result, in seconds (CFG-02 `cache_ttl`)."""
    graph_seconds: Seconds
    """A whole answer, in seconds (CCH-03)."""
    metrics_seconds: Seconds
    """A metrics summary, in seconds (WFM-03)."""
    memory_seconds: Seconds
    """Most that the in-process tier keeps anything, in seconds (CCH-01)."""


@section
class Persistence:
    """What Redis writes down: an append-only file on a claim."""

    storage_gib: Gibibytes
    """Size of the claim, in GiB."""
    storage_class: Name | None
    """Storage class of the claim; null takes the cluster's default."""
    fsync: Literal["everysec", "always"]
    """How much a crash may lose: the last second, or nothing."""


@section
class RedisServer:
    """A Redis of the stack's own (INF-15)."""

    name: Name
    """Name of the StatefulSet and its Service."""
    image: Image
    """Redis image."""
    use: Literal["cache", "state"]
    """What is in it: `cache` evicts the least used when full, `state` refuses to take more."""
    persistence: Persistence | None
    """What survives a restart; null declares everything in it as lost then."""
    max_clients: Count
    """Connections that it takes."""
    maxmemory_mib: Mebibytes
    """Memory for data, in MiB; the rest of the limit is for buffers, and for what a rewrite of
    the file copies (PL027)."""
    resources: Resources
    """Requests and limits of the cache's container."""

    def __post_init__(self) -> None:
        """Leave room between data and limit; what may not be lost is written down."""
        require(
            self.use == "cache" or self.persistence is not None,
            "use 'state' needs persistence: a restart would lose what it refuses to evict",
        )
        require(
            self.maxmemory_mib < self.resources.memory_limit_mib,
            f"maxmemory_mib {self.maxmemory_mib} leaves nothing of memory_limit_mib "
            f"{self.resources.memory_limit_mib} for buffers; lower it",
        )
        request, limit = self.resources.memory_request_mib, self.resources.memory_limit_mib
        require(
            request in (None, limit),
            f"memory_request_mib {request} is below memory_limit_mib {limit}: a node that runs "
            "short would end the cache first; set both to the same (PL025)",
        )


@section
class Cache:
    """The cache of source results and answers."""

    mode: CacheMode
    """In-process only, a Redis of the stack's own, or an address in a Secret."""
    server: RedisServer | None
    """The stack's own Redis; null unless mode is statefulset."""
    lifetimes: Lifetimes
    """How long values live."""
    pool_size: Count
    """Connections that each of a worker's two clients (results, callers' limits) opens to Redis,
    at most (PL028)."""
    memory_tier_mib: Mebibytes
    """Most that the in-process tier of a worker holds, in MiB."""
    memory_tier_entries: Count
    """Most values that the in-process tier of a worker holds."""

    def __post_init__(self) -> None:
        """Hold the mode to the fields it needs."""
        require(
            (self.mode == "statefulset") == (self.server is not None),
            f"mode {self.mode!r} and server {'null' if self.server is None else 'set'} do not go "
            "together; set server for mode statefulset, null otherwise",
        )
