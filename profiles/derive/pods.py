"""Pods of the service, and of its workers, that may run at once."""

from dataclasses import dataclass

from profiles.profile import Profile


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

    def __str__(self) -> str:
        """Return the sum, as it stands in an arithmetic."""
        return f"({self.primary} primary + {self.canary} canary + {self.surge} surge)"


def fleet(profile: Profile) -> Fleet:
    """Return the most pods that may run at once, during a rollout at full scale."""
    scaling, rollout = profile.scaling, profile.rollout
    most = scaling.max_replicas if scaling else profile.workload.replicas or 1
    return Fleet(
        primary=most,
        canary=most if rollout.mode == "flagger" else 0,
        surge=rollout.max_surge,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """Most pods at the same time that share the database, the cache and the sources."""

    service: Fleet
    """Pods that answer."""
    workers: Fleet | None
    """Pods that only work on the queue; null where those that answer do that."""

    @property
    def total(self) -> int:
        """All of them together."""
        return self.service.total + (self.workers.total if self.workers else 0)

    @property
    def serving(self) -> int:
        """Those without a rollout."""
        return self.service.primary + (self.workers.primary if self.workers else 0)

    def __str__(self) -> str:
        """Return the sum, as it stands in an arithmetic."""
        return f"({self.service} + workers {self.workers})" if self.workers else f"{self.service}"


def worker_fleet(profile: Profile) -> Fleet | None:
    """Return the most workers of their own that may run at once; None without such."""
    workers, rollout = profile.workers, profile.rollout
    if workers is None:
        return None
    most = workers.scaling.max_replicas if workers.scaling else workers.replicas or 1
    return Fleet(
        primary=most,
        canary=most if rollout.mode == "flagger" else 0,
        surge=rollout.max_surge,
    )


def processes(profile: Profile) -> Processes:
    """Return all pods that may run at once, during rollouts at full scale."""
    return Processes(service=fleet(profile), workers=worker_fleet(profile))


def fewest_replicas(profile: Profile) -> int:
    """Return the pods that serve when load is lowest."""
    return profile.scaling.min_replicas if profile.scaling else profile.workload.replicas or 1


def replicas_field(profile: Profile) -> str:
    """Return the dotted path of the most pods that serve."""
    return "scaling.max_replicas" if profile.scaling else "workload.replicas"


def workers_field(profile: Profile) -> str | None:
    """Return the dotted path of the most workers; None without workers of their own."""
    if profile.workers is None:
        return None
    return "workers.scaling.max_replicas" if profile.workers.scaling else "workers.replicas"


def fleet_fields(profile: Profile) -> tuple[str, ...]:
    """Return the dotted paths that the most pods at once follow from, workers with them."""
    return (*serving_fields(profile), "rollout.mode", "rollout.max_surge")


def serving_fields(profile: Profile) -> tuple[str, ...]:
    """Return the dotted paths that the pods without a rollout follow from."""
    workers = workers_field(profile)
    return (replicas_field(profile), *((workers,) if workers else ()))
