"""Rules on what must fit: database connections and memory."""

from collections.abc import Iterator

from profiles.derive import connection_limit, connections, fleet, resident_memory
from profiles.profile import Profile
from profiles.rules.rule import Breach, Rule

MEMORY_SHARE = 0.9
"""Share of the memory limit that resident memory may take; the rest is for runs and the kernel."""

OVERFLOW_PART = 3
"""A suggested pool keeps a third of its connections as overflow."""


def _connections(profile: Profile) -> Iterator[Breach]:
    limit, needed = connection_limit(profile), connections(profile)
    if limit is None or needed.value <= limit:
        return
    server = profile.database.server
    limit_field = (
        "database.server.max_connections" if server else "database.external_max_connections"
    )
    fitting = _fitting_pool(profile, limit)
    size = fitting - fitting // OVERFLOW_PART
    pool = (("database.pool.size", size), ("database.pool.max_overflow", fitting - size))
    fix = " and ".join(f"set {path} to {value}" for path, value in pool)
    yield Breach(
        fields=(*needed.fields, limit_field),
        arithmetic=f"{needed.arithmetic} = {needed.value:.0f} > {limit} {limit_field}",
        fix=f"{fix}, or raise {limit_field}" if fitting else f"raise {limit_field}",
        edit=pool if fitting else (),
    )


def _fitting_pool(profile: Profile, limit: int) -> int:
    """Return the connections of one worker with which the whole fleet fits the limit."""
    database, processes = profile.database, fleet(profile).total * profile.workload.workers
    reserved = database.server.reserved_connections if database.server else 0
    return max(0, (limit - database.job_connections - reserved) // processes)


def _memory(profile: Profile) -> Iterator[Breach]:
    resident, limit = resident_memory(profile), profile.workload.resources.memory_limit_mib
    if resident.value <= MEMORY_SHARE * limit:
        return
    needed = -int(-resident.value // MEMORY_SHARE)
    yield Breach(
        fields=("workload.resources.memory_limit_mib", *resident.fields),
        arithmetic=f"{resident.arithmetic} = {resident.value:.0f} MiB > "
        f"{MEMORY_SHARE} x {limit} MiB limit",
        fix=f"raise workload.resources.memory_limit_mib to at least {needed}",
        edit=(("workload.resources.memory_limit_mib", needed),),
    )


RULES = (
    Rule(
        id="PL001",
        title="database connections fit the server, even while two fleets overlap",
        severity="error",
        reason="Releases that overlap exhaust the database; Flagger doubles the fleet.",
        source="Tremendous' incident report; Flagger's blue/green",
        breaches=_connections,
    ),
    Rule(
        id="PL023",
        title="resident memory leaves room below the memory limit",
        severity="error",
        reason="Workers, cache and in-memory volumes beyond the limit are killed in a loop.",
        source="Zalando, January 2019: CoreDNS' memory limit",
        breaches=_memory,
    ),
)
