"""What breaks the rules on connections and memory."""

from typing import Any

from tests.profiles.build import POOLER, nested

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "PL001": (
        nested("database.pool.size", 20),
        "(10 primary + 10 canary + 1 surge) x 1 workers x (20 + 3) + 2 jobs + 3 reserved = 488 "
        "> 200 database.server.max_connections",
    ),
    "PL002": (
        nested("database.server.pooler", POOLER | {"server_connections": 66}),
        "(2 poolers + 1 that ends) x 66 + 2 jobs + 3 reserved = 203 > 200 "
        "database.server.max_connections",
    ),
    "PL023": (
        # Few enough runs that those have room (PL045).
        nested("cache.memory_tier_mib", 3400) | nested("api.max_concurrent_graphs", 3),
        "1 workers x (256 process + 3400 cache) + 64 in-memory /tmp = 3720 MiB > "
        "0.9 x 4096 MiB limit",
    ),
}
