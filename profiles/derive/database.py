"""Connections to the database: the service's, its pooler's, and what the server sees."""

from profiles.derive.number import Derived, Limit
from profiles.derive.pods import fleet_fields, processes
from profiles.profile import Profile


def client_connections(profile: Profile) -> Derived:
    """Return the connections that the service's pods may open at once (rules PL001, PL002)."""
    pods, pool, workers = processes(profile), profile.database.pool, profile.workload.workers
    return Derived(
        key="connections.service",
        name="connections of the service at most",
        value=pods.total * workers * (pool.size + pool.max_overflow),
        unit="connections",
        arithmetic=f"{pods} x {workers} workers x ({pool.size} + {pool.max_overflow})",
        fields=(
            *fleet_fields(profile),
            "workload.workers",
            "database.pool.size",
            "database.pool.max_overflow",
        ),
        limit=_offered(profile),
    )


def connections(profile: Profile) -> Derived:
    """Return the connections that the database may see at once: the service's, or its pooler's."""
    database, limit = profile.database, connection_limit(profile)
    reserved = database.server.reserved_connections if database.server else 0
    of_clients = pooler_connections(profile) or client_connections(profile)
    return Derived(
        key="connections.database",
        name="database connections at most",
        value=of_clients.value + database.job_connections + reserved,
        unit="connections",
        arithmetic=(
            f"{of_clients.arithmetic} + {database.job_connections} jobs + {reserved} reserved"
        ),
        fields=(
            *of_clients.fields,
            "database.job_connections",
            *(("database.server.reserved_connections",) if database.server else ()),
        ),
        limit=None if limit is None else Limit(value=limit, field=connection_limit_field(profile)),
    )


def pooler_connections(profile: Profile) -> Derived | None:
    """Return what the pooler opens to the server; None without one."""
    pooler = profile.database.server.pooler if profile.database.server else None
    if pooler is None:
        return None
    return Derived(
        key="connections.pooler",
        name="connections of the pooler at most",
        # One that is replaced keeps its connections until its transactions have ended.
        value=(pooler.replicas + 1) * pooler.server_connections,
        unit="connections",
        arithmetic=f"({pooler.replicas} poolers + 1 that ends) x {pooler.server_connections}",
        fields=("database.server.pooler.server_connections", "database.server.pooler.replicas"),
    )


def connection_limit(profile: Profile) -> int | None:
    """Return what the database server allows; None where there is no server."""
    database = profile.database
    return database.server.max_connections if database.server else database.external_max_connections


def connection_limit_field(profile: Profile) -> str:
    """Return the dotted path of what the server allows."""
    own = profile.database.server is not None
    return "database.server.max_connections" if own else "database.external_max_connections"


def _offered(profile: Profile) -> Limit | None:
    """Return what the pooler takes from clients; None without one."""
    pooler = profile.database.server.pooler if profile.database.server else None
    if pooler is None:
        return None
    return Limit(
        value=pooler.replicas * pooler.client_connections,
        field="database.server.pooler.client_connections",
    )
