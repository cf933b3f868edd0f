"""Numbers that follow from a profile, each with its arithmetic."""

from dataclasses import dataclass

from profiles.profile import Profile
from profiles.rollout import Analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A number that follows from others."""

    name: str
    """What it is, in the words of the field."""
    value: float
    """The number."""
    unit: str
    """Its unit."""
    arithmetic: str
    """How it was computed, with the numbers in it."""
    fields: tuple[str, ...]
    """Dotted paths of the fields it was computed from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Most pods of the service that may run at the same time."""

    primary: int
    """Pods that serve users, at most."""
    canary: int
    """Pods of a version under analysis, at most; Flagger doubles the fleet."""
    surge: int
    """Pods that an update adds."""

    @property
    def total(self) -> int:
        """All of them together."""
        return self.primary + self.canary + self.surge


def fleet(profile: Profile) -> Fleet:
    """Return the most pods that may run at once, during a rollout at full scale."""
    scaling, rollout = profile.scaling, profile.rollout
    most = scaling.max_replicas if scaling else profile.workload.replicas or 1
    return Fleet(
        primary=most,
        canary=most if rollout.mode == "flagger" else 0,
        surge=rollout.max_surge,
    )


def fewest_replicas(profile: Profile) -> int:
    """Return the pods that serve when load is lowest."""
    return profile.scaling.min_replicas if profile.scaling else profile.workload.replicas or 1


def client_connections(profile: Profile) -> Derived:
    """Return the connections that the service's pods may open at once (rules PL001, PL002)."""
    pods, pool, workers = fleet(profile), profile.database.pool, profile.workload.workers
    return Derived(
        name="connections of the service at most",
        value=pods.total * workers * (pool.size + pool.max_overflow),
        unit="connections",
        arithmetic=(
            f"({pods.primary} primary + {pods.canary} canary + {pods.surge} surge) x {workers} "
            f"workers x ({pool.size} + {pool.max_overflow})"
        ),
        fields=(
            "scaling.max_replicas" if profile.scaling else "workload.replicas",
            "rollout.mode",
            "rollout.max_surge",
            "workload.workers",
            "database.pool.size",
            "database.pool.max_overflow",
        ),
    )


def connections(profile: Profile) -> Derived:
    """Return the connections that the database may see at once: the service's, or its pooler's."""
    database = profile.database
    reserved = database.server.reserved_connections if database.server else 0
    of_clients = _pooled(profile) or client_connections(profile)
    return Derived(
        name="database connections at most",
        value=of_clients.value + database.job_connections + reserved,
        unit="connections",
        arithmetic=(
            f"{of_clients.arithmetic} + {database.job_connections} jobs + {reserved} reserved"
        ),
        fields=(*of_clients.fields, "database.job_connections"),
    )


def _pooled(profile: Profile) -> Derived | None:
    """Return what the pooler opens to the server; None without one."""
    pooler = profile.database.server.pooler if profile.database.server else None
    if pooler is None:
        return None
    return Derived(
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


def drain_seconds(profile: Profile) -> Derived:
    """Return the time a pod needs to end without cutting a request off (rule PL015)."""
    workload, request = profile.workload, profile.api.request_timeout_seconds
    return Derived(
        name="time to drain a pod",
        value=workload.prestop_seconds + request + workload.flush_seconds,
        unit="s",
        arithmetic=f"{workload.prestop_seconds} preStop + {request} longest request + "
        f"{workload.flush_seconds} flush",
        fields=(
            "workload.prestop_seconds",
            "api.request_timeout_seconds",
            "workload.flush_seconds",
        ),
    )


def grace_seconds(profile: Profile) -> int:
    """Return the time that a pod gets to end: as stated, else what it needs to drain."""
    stated = profile.workload.termination_grace_seconds
    return int(drain_seconds(profile).value) if stated is None else stated


def resident_memory(profile: Profile) -> Derived:
    """Return the memory that a pod holds before any run, in MiB (rule PL023)."""
    workload, cache = profile.workload, profile.cache
    each = workload.process_memory_mib + cache.memory_tier_mib
    return Derived(
        name="resident memory of a pod",
        value=workload.workers * each + workload.scratch_mib,
        unit="MiB",
        arithmetic=f"{workload.workers} workers x ({workload.process_memory_mib} process + "
        f"{cache.memory_tier_mib} cache) + {workload.scratch_mib} in-memory /tmp",
        fields=(
            "workload.workers",
            "workload.process_memory_mib",
            "cache.memory_tier_mib",
            "workload.scratch_mib",
        ),
    )


def pubmed_rate(profile: Profile) -> Derived:
    """Return the E-utilities calls a second that the whole fleet may make (rule PL041)."""
    upstreams, pods = profile.upstreams, fleet(profile)
    multiplier = 1 if upstreams.limiter == "fleet" else pods.total
    rate = upstreams.pubmed_requests_per_second
    counted = "one limit for the fleet" if upstreams.limiter == "fleet" else f"{pods.total} pods"
    return Derived(
        name="PubMed calls at most",
        value=rate * multiplier,
        unit="requests/s",
        arithmetic=f"{rate} x {counted}",
        fields=(
            "upstreams.pubmed_requests_per_second",
            "upstreams.limiter",
            "scaling.max_replicas" if profile.scaling else "workload.replicas",
            "rollout.mode",
        ),
    )


def load_test_requests(profile: Profile, analysis: Analysis) -> Derived:
    """Return the questions that one analysis asks within the rate limit's window (PL030)."""
    warm_up, interval = analysis.metric_interval_seconds, analysis.interval_seconds
    # Flagger's first tick only warms up; each check after it is loaded for an interval at most.
    seconds = min(warm_up + analysis.checks * interval, profile.api.rate_limit_window_seconds)
    return Derived(
        name="questions of a load test",
        value=analysis.load_test_rps * seconds,
        unit="requests",
        arithmetic=f"{analysis.load_test_rps}/s x {seconds} s ({warm_up} s warm-up and "
        f"{analysis.checks} checks of {interval} s)",
        fields=(
            "rollout.analysis.load_test_rps",
            "rollout.analysis.metric_interval_seconds",
            "rollout.analysis.interval_seconds",
        ),
    )


def all_derived(profile: Profile) -> tuple[Derived, ...]:
    """Return everything that `plumb show` prints as derived."""
    return (
        connections(profile),
        pubmed_rate(profile),
        resident_memory(profile),
        drain_seconds(profile),
    )
