"""Numbers that follow from a profile, each with its arithmetic."""

from dataclasses import dataclass

from profiles.profile import Profile


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


def connections(profile: Profile) -> Derived:
    """Return the database connections that the stack may open at once (rule PL001)."""
    pods, pool, database = fleet(profile), profile.database.pool, profile.database
    reserved = database.server.reserved_connections if database.server else 0
    workers, jobs = profile.workload.workers, database.job_connections
    value = pods.total * workers * (pool.size + pool.max_overflow) + jobs + reserved
    return Derived(
        name="database connections at most",
        value=value,
        unit="connections",
        arithmetic=(
            f"({pods.primary} primary + {pods.canary} canary + {pods.surge} surge) x {workers} "
            f"workers x ({pool.size} + {pool.max_overflow}) + {jobs} jobs + {reserved} reserved"
        ),
        fields=(
            "scaling.max_replicas" if profile.scaling else "workload.replicas",
            "rollout.mode",
            "rollout.max_surge",
            "workload.workers",
            "database.pool.size",
            "database.pool.max_overflow",
            "database.job_connections",
        ),
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


def all_derived(profile: Profile) -> tuple[Derived, ...]:
    """Return everything that `plumb show` prints as derived."""
    return (
        connections(profile),
        pubmed_rate(profile),
        resident_memory(profile),
        drain_seconds(profile),
    )
