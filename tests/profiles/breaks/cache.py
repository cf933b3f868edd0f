"""What breaks the rules on Redis."""

from typing import Any

from tests.profiles.build import nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL027": (
        nested("cache.server.maxmemory_mib", 200),
        "200 MiB > 0.75 x 256 MiB limit, without persistence",
    ),
    "PL028": (
        nested("cache.pool_size", 32),
        "(10 primary + 10 canary + 1 surge) x 1 workers x 2 clients x 32 connections + 10 "
        "reserved = 1354 >= 1000 cache.server.max_clients",
    ),
}
