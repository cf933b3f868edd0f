"""Rules on what must fit: database connections and memory."""

from collections.abc import Iterator
from math import ceil

from profiles.derive import (
    RESIDENT_SHARE,
    client_connections,
    connection_limit,
    connection_limit_field,
    connections,
    processes,
    resident_memory,
)
from profiles.postgres import Pooler, Server
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related

OVERFLOW_PART = 3
"""A suggested pool keeps a third of its connections as overflow."""


def _connections(profile: Profile) -> Iterator[Comparison]:
    limit, needed = connection_limit(profile), connections(profile)
    server = profile.database.server
    pooled = server is not None and server.pooler is not None
    if limit is None or pooled:
        return
    holds, sign = related(needed.value, "<=", limit)
    limit_field = connection_limit_field(profile)
    fitting = _fitting_pool(profile, limit)
    size = fitting - fitting // OVERFLOW_PART
    pool = (("database.pool.size", size), ("database.pool.max_overflow", fitting - size))
    fix = " and ".join(f"set {path} to {value}" for path, value in pool)
    yield Comparison(
        holds=holds,
        fields=(*needed.fields, limit_field),
        arithmetic=f"{needed.arithmetic} = {needed.value:.0f} {sign} {limit} {limit_field}",
        fix=f"{fix}, or raise {limit_field}" if fitting else f"raise {limit_field}",
        edit=pool if fitting else (),
    )


def _fitting_pool(profile: Profile, limit: int) -> int:
    """Return the connections of one worker with which the whole fleet fits the limit."""
    database, workers = profile.database, processes(profile).total * profile.workload.workers
    reserved = database.server.reserved_connections if database.server else 0
    return max(0, (limit - database.job_connections - reserved) // workers)


def _pooled_connections(profile: Profile) -> Iterator[Comparison]:
    server = profile.database.server
    if server is not None and server.pooler is not None:
        yield _server_of_pooler(profile, server, server.pooler)
        yield _clients_of_pooler(profile, server.pooler)


def _server_of_pooler(profile: Profile, server: Server, pooler: Pooler) -> Comparison:
    limit, needed = server.max_connections, connections(profile)
    free = limit - profile.database.job_connections - server.reserved_connections
    field, each = "database.server.pooler.server_connections", free // (pooler.replicas + 1)
    holds, sign = related(needed.value, "<=", limit)
    return Comparison(
        holds=holds,
        fields=(*needed.fields, "database.server.max_connections"),
        arithmetic=f"{needed.arithmetic} = {needed.value:.0f} {sign} {limit} "
        "database.server.max_connections",
        fix=f"set {field} to {each}" if each > 0 else "raise database.server.max_connections",
        edit=((field, each),) if each > 0 else (),
    )


def _clients_of_pooler(profile: Profile, pooler: Pooler) -> Comparison:
    needed, offered = client_connections(profile), pooler.replicas * pooler.client_connections
    field, each = "database.server.pooler.client_connections", ceil(needed.value / pooler.replicas)
    holds, sign = related(needed.value, "<=", offered)
    return Comparison(
        holds=holds,
        fields=(field, *needed.fields),
        arithmetic=f"{needed.arithmetic} = {needed.value:.0f} {sign} {pooler.replicas} poolers x "
        f"{pooler.client_connections} {field}",
        fix=f"raise {field} to {each}",
        edit=((field, each),),
    )


def _memory(profile: Profile) -> Iterator[Comparison]:
    yield _resident(profile, "workload.resources.memory_limit_mib")
    if profile.workers:
        yield _resident(profile, "workers.resources.memory_limit_mib")


def _resident(profile: Profile, field: str) -> Comparison:
    resident, limit = resident_memory(profile), field_value(profile, field)
    needed = -int(-resident.value // RESIDENT_SHARE)
    holds, sign = related(resident.value, "<=", RESIDENT_SHARE * limit)
    return Comparison(
        holds=holds,
        fields=(field, *resident.fields),
        arithmetic=f"{resident.arithmetic} = {resident.value:.0f} MiB {sign} "
        f"{RESIDENT_SHARE} x {limit} MiB limit",
        fix=f"raise {field} to at least {needed}",
        edit=((field, needed),),
    )


RULES = (
    Rule(
        id="PL001",
        title="database connections fit the server, even while two fleets overlap",
        severity="error",
        reason="Releases that overlap exhaust the database; Flagger doubles the fleet.",
        source="Tremendous' incident report; Flagger's blue/green",
        incident="Tremendous (status page, about 3 h): releases overlapped, and the database "
        "had no connection left; Encompass, 2025-03-19: a misconfigured pool",
        compare=_connections,
    ),
    Rule(
        id="PL002",
        title="the pooler's connections fit the server, and the fleet's fit the pooler",
        severity="error",
        reason="A pooler moves the limit: beyond it clients wait, and then fail.",
        source="Tremendous' incident report; PgBouncer's max_client_conn",
        incident="",
        compare=_pooled_connections,
    ),
    Rule(
        id="PL023",
        title="resident memory leaves room below the memory limit",
        severity="error",
        reason="Workers, cache and in-memory volumes beyond the limit are killed in a loop.",
        source="Zalando, January 2019: CoreDNS' memory limit",
        incident="Zalando, January 2019: CoreDNS at 100 MiB, killed in a loop; GitHub, July "
        "2020 (4 h 25 min): a sidecar above its limit",
        compare=_memory,
    ),
)
