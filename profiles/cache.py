"""The cache: tiers, lifetimes, and the Redis behind them."""

from typing import Literal

from profiles.section import Count, Image, Mebibytes, Name, Seconds, require, section
from profiles.workload import Resources


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
class RedisServer:
    """A Redis of the stack's own (INF-15)."""

    name: Name
    """Name of the StatefulSet and its Service."""
    image: Image
    """Redis image."""
    maxmemory_mib: Mebibytes
    """Memory for data, in MiB; the rest of the limit is for buffers."""
    resources: Resources
    """Requests and limits of the cache's container."""

    def __post_init__(self) -> None:
        """Leave room between data and limit."""
        require(
            self.maxmemory_mib < self.resources.memory_limit_mib,
            f"maxmemory_mib {self.maxmemory_mib} leaves nothing of memory_limit_mib "
            f"{self.resources.memory_limit_mib} for buffers; lower it to 75 % of the limit",
        )


@section
class Cache:
    """The cache of source results and answers."""

    mode: Literal["none", "statefulset", "external"]
    """In-process only, a Redis of the stack's own, or an address in a Secret."""
    server: RedisServer | None
    """The stack's own Redis; null unless mode is statefulset."""
    lifetimes: Lifetimes
    """How long values live."""
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
