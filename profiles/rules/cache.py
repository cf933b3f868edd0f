"""Rules on the stack's own Redis: its memory, its connections, its disk."""

from collections.abc import Iterator

from profiles.derive import processes
from profiles.derive.cache import CLIENTS_OF_A_WORKER, RESERVED_CLIENTS, cache_connections
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

EPHEMERAL_SHARE = 0.75
"""Share of the memory limit that data may take; the rest is for buffers and fragmentation."""

PERSISTENT_SHARE = 0.6
"""The same where the file is rewritten: the child that writes shares pages until they change."""

FILE_SHARE = 3
"""Times the data that the file may take: it doubles before a rewrite, whose result lies beside."""

_GIB = 1024
"""MiB in a GiB."""


def _bounds(profile: Profile) -> Iterator[Comparison]:
    yield from _memory(profile)
    yield from _disk(profile)


def _memory(profile: Profile) -> Iterator[Comparison]:
    redis = profile.cache.server
    if redis is None:
        return
    limit = redis.resources.memory_limit_mib
    share = PERSISTENT_SHARE if redis.persistence else EPHEMERAL_SHARE
    most, why = int(share * limit), f"with{'' if redis.persistence else 'out'} persistence"
    holds, sign = related(redis.maxmemory_mib, "<=", most)
    yield Comparison(
        holds=holds,
        fields=("cache.server.maxmemory_mib", "cache.server.resources.memory_limit_mib"),
        arithmetic=f"{redis.maxmemory_mib} MiB {sign} {share:g} x {limit} MiB limit, {why}",
        fix=f"lower cache.server.maxmemory_mib to {most}, or raise the limit",
        edit=(("cache.server.maxmemory_mib", most),) if most else (),
    )


def _disk(profile: Profile) -> Iterator[Comparison]:
    redis = profile.cache.server
    if redis is None or redis.persistence is None:
        return
    needed, there = FILE_SHARE * redis.maxmemory_mib, redis.persistence.storage_gib
    fitting = -(-needed // _GIB)
    holds, sign = related(needed, "<=", there * _GIB)
    yield Comparison(
        holds=holds,
        fields=("cache.server.persistence.storage_gib", "cache.server.maxmemory_mib"),
        arithmetic=f"{FILE_SHARE} x {redis.maxmemory_mib} MiB of data = {needed} MiB {sign} "
        f"{there} GiB x {_GIB}",
        fix=f"raise cache.server.persistence.storage_gib to {fitting}",
        edit=(("cache.server.persistence.storage_gib", fitting),),
    )


def _clients(profile: Profile) -> Iterator[Comparison]:
    redis, needed = profile.cache.server, cache_connections(profile)
    if redis is None or needed is None:
        return
    clients = processes(profile).total * profile.workload.workers * CLIENTS_OF_A_WORKER
    holds, sign = related(needed.value, "<", redis.max_clients)
    fitting = max(0, (redis.max_clients - 1 - RESERVED_CLIENTS) // clients)
    lower = f"lower cache.pool_size to {fitting}, or " if fitting else ""
    yield Comparison(
        holds=holds,
        fields=(*needed.fields, "cache.server.max_clients"),
        arithmetic=f"{needed.arithmetic} = {needed.value:.0f} {sign} {redis.max_clients} "
        "cache.server.max_clients",
        fix=f"{lower}raise cache.server.max_clients above {needed.value:.0f}",
        edit=(("cache.pool_size", fitting),) if fitting else (),
    )


RULES = (
    Rule(
        id="PL027",
        title="Redis' data leaves room below its memory limit, and its file on the claim",
        severity="error",
        reason="Data that fills the limit ends in a kill; a rewrite forks, and writes beside.",
        source="Redis' documentation on persistence; netdata's guide; Yandex' managed Redis (75 %)",
        incident="",
        compare=_bounds,
    ),
    Rule(
        id="PL028",
        title="connections of all pods fit Redis' clients",
        severity="error",
        reason="Beyond maxclients Redis refuses: rates and results are no longer shared.",
        source="Redis' documentation on clients; own arithmetic",
        incident="",
        compare=_clients,
    ),
)
