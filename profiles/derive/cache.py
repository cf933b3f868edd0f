"""Connections to Redis."""

from profiles.derive.number import Derived, Limit
from profiles.derive.pods import fleet_fields, processes
from profiles.profile import Profile

CLIENTS_OF_A_WORKER = 2
"""One client of Redis for results and rates, one for callers' limits."""

RESERVED_CLIENTS = 10
"""Connections left to probes, a rotation, and a person at a prompt."""


def cache_connections(profile: Profile) -> Derived | None:
    """Return the connections that Redis may see at once (rule PL028); None without one."""
    cache, workers = profile.cache, profile.workload.workers
    if cache.mode == "none":
        return None
    pods, size, redis = processes(profile), cache.pool_size, cache.server
    field = "cache.server.max_clients"
    return Derived(
        key="connections.cache",
        name="Redis connections at most",
        value=pods.total * workers * CLIENTS_OF_A_WORKER * size + RESERVED_CLIENTS,
        unit="connections",
        arithmetic=f"{pods} x {workers} workers x {CLIENTS_OF_A_WORKER} clients x {size} "
        f"connections + {RESERVED_CLIENTS} reserved",
        fields=("cache.pool_size", *fleet_fields(profile), "workload.workers"),
        limit=Limit(value=redis.max_clients, field=field) if redis else None,
    )
