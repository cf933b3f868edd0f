"""Connections to Redis, at most so many of each client. Imported only where there is a Redis."""

from redis.asyncio import BlockingConnectionPool

_WAIT_SECONDS = 1.0
"""Most that a command waits for a free connection; most of those who ask give up earlier."""


def redis_pool(url: str, connections: int) -> BlockingConnectionPool:
    """Return a pool for an address, in which a command waits for its turn (rule PL028)."""
    return BlockingConnectionPool.from_url(url, max_connections=connections, timeout=_WAIT_SECONDS)
